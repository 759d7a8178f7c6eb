// SPDX-License-Identifier: Apache-2.0
// One run of a comparison: its summary, and the curves of its living lineage.

import { get, runPath } from '../api.js';
import { emptySeries, toSeries } from '../buckets.js';
import { lineage, livingPart, toSegments } from '../lineage.js';
import { ENDED } from '../run-header.js';
import { STEP } from '../signals.js';
import { chartText } from './compare-link.js';
import { needsAllLayers, overLayers } from './layer-curve.js';

// Twice as many as 20 lines can show apart; extremes are kept in any case.
const BUCKETS = 600;
const NONFINITE = 'nonfinite';

export class ComparedRun {
  #curves = new Map(); // chart as in a link → series; measurement → steps that were not finite
  #path;
  summary = null;
  /** Why nothing is shown; '' when something is. */
  problem = '';
  /** Layers of the measurement of each chart, as far as they were seen. */
  layers = new Map();

  constructor(name) {
    this.name = name;
    this.#path = runPath(name);
  }

  /** Whether its curves may still grow. A run that is unknown may begin. */
  get open() {
    return this.summary === null || !ENDED.includes(this.summary.state);
  }

  get configuration() {
    return this.summary?.configuration ?? {};
  }

  /** Reads the summary; true when there are steps that the curves lack. */
  async look(signal) {
    const before = this.summary;
    try {
      this.summary = await get(this.#path, {}, signal);
      this.problem = '';
    } catch (e) {
      if (signal.aborted) throw e;
      this.problem = e.status === 404 ? 'The monitor knows no run of this name.' : `It could not be read: ${e.message}.`;
      if (e.status === 404) this.summary = null;
    }
    return this.summary !== null && (before?.last_step !== this.summary.last_step
      || before?.segment !== this.summary.segment);
  }

  /** Fetches the curves of `charts` within a range of steps, `{ from, to }`, null for open ends. */
  async load(charts, range, signal) {
    try {
      const segments = lineage(toSegments(await get(`${this.#path}/segments`, {}, signal)))
        .filter((segment) => segment.aliveTo > -Infinity);
      const parts = await Promise.all(segments.flatMap((segment) =>
        queries(charts).map((query) => this.#part(segment, query, range, signal))));
      this.#join(charts, parts.flat());
      this.problem = '';
    } catch (e) {
      if (signal.aborted) throw e;
      if (e.status === 404) this.summary = null;
      this.problem = e.status === 404 ? 'The monitor knows no run of this name.' : `It could not be read: ${e.message}.`;
    }
  }

  async #part(segment, { measurement, layer, fields }, range, signal) {
    const last = Math.min(segment.aliveTo, range.to ?? Infinity);
    const body = await get(`${this.#path}/series`, {
      measurement,
      fields: fields.join(','),
      layer,
      segment: segment.index,
      from: range.from,
      to: Number.isFinite(last) ? last : null,
      buckets: BUCKETS,
    }, signal);
    return body.series
      .filter((entry) => entry.head === null || entry.head === undefined) // whole layers only
      .map((entry) => ({
        measurement, asked: layer, field: entry.field, layer: entry.layer ?? null,
        series: livingPart(segment, toSeries(entry)),
      }));
  }

  #join(charts, parts) {
    this.#curves.clear();
    for (const { chart, measurement, field, layer } of charts) {
      const own = parts.filter((p) => p.measurement === measurement && p.field === field
        && (needsAllLayers(layer) ? p.asked === null : p.asked === layer));
      const byLayer = Map.groupBy(own, (p) => p.layer);
      this.layers.set(measurement, new Set([...(this.layers.get(measurement) ?? []), ...byLayer.keys()]));
      const curves = [...byLayer.values()].map((segments) => joined(segments.map((s) => s.series)));
      this.#curves.set(chartText(chart), overLayers(curves, layer));
    }
    const nonfinite = parts.filter((p) => p.measurement === STEP && p.field === NONFINITE);
    this.nonfinite = nonfinite.flatMap(({ series }) => series.step.filter((step, i) => series.max[i] > 0));
  }

  /** The curve of a chart; without points where the run does not send it. */
  curve(chart) {
    return this.#curves.get(chartText(chart)) ?? emptySeries();
  }

  /** The steps at which something was not finite. */
  nonfinite = [];
}

/** One query for all charts of a measurement and layer. */
function queries(charts) {
  const found = new Map();
  for (const { measurement, field, layer } of charts) {
    const asked = needsAllLayers(layer) ? null : layer;
    const key = JSON.stringify([measurement, asked]);
    if (!found.has(key)) found.set(key, { measurement, layer: asked, fields: measurement === STEP ? [NONFINITE] : [] });
    if (!found.get(key).fields.includes(field)) found.get(key).fields.push(field);
  }
  return [...found.values()];
}

function joined(parts) {
  if (parts.length === 1) return parts[0];
  const whole = emptySeries();
  for (const column of Object.keys(whole)) whole[column] = parts.flatMap((part) => part[column]);
  return whole;
}
