// SPDX-License-Identifier: Apache-2.0
// One run of a comparison: its summary, and the curves of the steps that led to its newest one.

import { emptySeries, joined, toSeries } from '../buckets.js';
import { ENDED } from '../run-header.js';
import { missingValues } from '../nonfinite.js';
import { fieldsOf } from '../signals.js';
import { chartText } from './compare-link.js';
import { needsAllLayers, overLayers } from './layer-curve.js';

const NONFINITE = 'nonfinite';

export class ComparedRun {
  #curves = new Map(); // chart as in a link → { series, missing }
  summary = null;
  /** Why nothing is shown; '' when something is. */
  problem = '';
  /** Layers of the measurement of each chart, as far as they were seen. */
  layers = new Map();
  /** Buckets of the field that the horizontal axis is made of; empty for steps. */
  steps = emptySeries();

  constructor(name) {
    this.name = name;
  }

  /** Whether its curves may still grow. A run that is unknown may begin. */
  get open() {
    return this.summary === null || !ENDED.includes(this.summary.state);
  }

  get configuration() {
    return this.summary?.configuration ?? {};
  }

  /** Takes what the monitor says of it, null for nothing; true when there are steps that the curves lack. */
  describe(summary) {
    const before = this.summary;
    this.summary = summary;
    this.problem = summary === null ? 'The monitor knows no run of this name.' : '';
    return summary !== null && (before?.last_step !== summary.last_step || before?.segment !== summary.segment);
  }

  /** Takes, over the whole run, the field that the horizontal axis is made of. */
  placeBy(curve) {
    this.steps = joined(curve.map(toSeries));
  }

  /** Takes the curves that were asked for, of which the charts are made. */
  draw(charts, asked, curves) {
    const parts = asked.flatMap(({ measurement, layer }, i) => curves[i].map((entry) => ({
      measurement, asked: layer, field: entry.field, layer: entry.layer ?? null, series: toSeries(entry),
    })));
    this.#curves.clear();
    for (const chart of charts) {
      const own = parts.filter((part) => part.measurement === chart.measurement && part.asked === askedLayer(chart));
      const lines = byLayer(own.filter((part) => part.field === chart.field));
      const missing = missingValues(lines, byLayer(own.filter((part) => part.field === NONFINITE))).map(({ step }) => step);
      this.layers.set(chart.measurement, new Set([...(this.layers.get(chart.measurement) ?? []), ...lines.map(({ layer }) => layer)]));
      this.#curves.set(chartText(chart), {
        series: overLayers(lines.map(({ series }) => series), chart.layer),
        missing: [...new Set(missing)].sort((a, b) => a - b),
      });
    }
  }

  /** The curve of a chart, `{ series, missing }`: steps without a finite value; empty where the run does not send it. */
  curve(chart) {
    return this.#curves.get(chartText(chart)) ?? { series: emptySeries(), missing: [] };
  }
}

/** What to ask for: one curve `{ measurement, layer, fields }` for all charts of a measurement and layer. */
export function curvesOf(charts) {
  return [...Map.groupBy(charts, (chart) => JSON.stringify([chart.measurement, askedLayer(chart)])).values()].map((same) => ({
    measurement: same[0].measurement, layer: askedLayer(same[0]), fields: fieldsOf(same, same[0].measurement),
  }));
}

function askedLayer({ layer }) {
  return needsAllLayers(layer) ? null : layer;
}

/** Lines of whole curves, one a layer, as `missingValues` takes them. */
function byLayer(parts) {
  return [...Map.groupBy(parts, (part) => part.layer)].map(([layer, own]) =>
    ({ layer, segment: null, dead: false, series: joined(own.map(({ series }) => series)) }));
}
