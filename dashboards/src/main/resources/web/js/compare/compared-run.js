// SPDX-License-Identifier: Apache-2.0
// One run of a comparison: its summary, and the curves of its living lineage.

import { ApiError, get, runPath } from '../api.js';
import { emptySeries, toSeries } from '../buckets.js';
import { lineage, livingPart, toSegments } from '../lineage.js';
import { ENDED } from '../run-header.js';
import { missingValues } from '../nonfinite.js';
import { fieldsOf, STEP } from '../signals.js';
import { chartText } from './compare-link.js';
import { needsAllLayers, overLayers } from './layer-curve.js';

// As many as a chart of half the page can show apart; extremes are kept in any case.
const BUCKETS = 300;
const NONFINITE = 'nonfinite';
const WHOLE = [{ index: 0, live: true, aliveTo: Infinity }];

export class ComparedRun {
  #curves = new Map(); // chart as in a link → { series, missing }
  #path;
  #living = []; // segments that led to the newest step
  summary = null;
  /** Why nothing is shown; '' when something is. */
  problem = '';
  /** Layers of the measurement of each chart, as far as they were seen. */
  layers = new Map();
  /** Buckets of the field that the horizontal axis is made of; empty for steps. */
  steps = emptySeries();

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

  /** Reads summary and lineage; true when there are steps that the curves lack. */
  async look(signal) {
    const before = this.summary;
    await this.#try(signal, async () => {
      this.summary = await get(this.#path, {}, signal);
      // Most runs have one segment: no need to ask which of them lives.
      this.#living = this.summary.segment === 0 ? WHOLE
        : lineage(toSegments(await get(`${this.#path}/segments`, {}, signal))).filter((s) => s.aliveTo > -Infinity);
    });
    return this.summary !== null && (before?.last_step !== this.summary.last_step
      || before?.segment !== this.summary.segment);
  }

  /** Fetches over the whole run the field that the horizontal axis is made of; null for steps. */
  async loadSteps(field, signal) {
    if (field === null) return;
    const whole = { from: null, to: null };
    await this.#try(signal, async () => {
      const parts = await this.#parts([{ measurement: STEP, layer: null, fields: [field] }], whole, signal);
      this.steps = joined(parts.map(({ series }) => series));
    });
  }

  /** Fetches the curves of `charts` within a range of steps, `{ from, to }`, null for open ends. */
  async load(charts, range, signal) {
    await this.#try(signal, async () => this.#join(charts, await this.#parts(queries(charts), range, signal)));
  }

  async #try(signal, action) {
    try {
      await action();
      this.problem = '';
    } catch (e) {
      if (signal.aborted) return;
      if (!(e instanceof ApiError)) throw e;
      if (e.status === 404) this.summary = null;
      this.problem = e.status === 404 ? 'The monitor knows no run of this name.' : `It could not be read: ${e.message}.`;
    }
  }

  async #parts(asked, range, signal) {
    const parts = await Promise.all(this.#living.flatMap((segment) =>
      asked.map((query) => this.#part(segment, query, range, signal))));
    return parts.flat();
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
    for (const chart of charts) {
      const asked = needsAllLayers(chart.layer) ? null : chart.layer;
      const own = parts.filter((part) => part.measurement === chart.measurement && part.asked === asked);
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

/** One query for all charts of a measurement and layer. */
function queries(charts) {
  const asked = (chart) => (needsAllLayers(chart.layer) ? null : chart.layer);
  return [...Map.groupBy(charts, (chart) => JSON.stringify([chart.measurement, asked(chart)])).values()].map((same) => ({
    measurement: same[0].measurement, layer: asked(same[0]), fields: fieldsOf(same, same[0].measurement),
  }));
}

/** Lines of whole curves, one a layer, as `missingValues` takes them. */
function byLayer(parts) {
  return [...Map.groupBy(parts, (part) => part.layer)].map(([layer, own]) =>
    ({ layer, segment: null, dead: false, series: joined(own.map(({ series }) => series)) }));
}

function joined(parts) {
  const whole = emptySeries();
  for (const column of Object.keys(whole)) whole[column] = parts.flatMap((part) => part[column]);
  return whole;
}
