// SPDX-License-Identifier: Apache-2.0
// One run of a comparison: its summary, and the curves of its living lineage.

import { ApiError, get, runPath } from '../api.js';
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
  #living = []; // segments that led to the newest step
  summary = null;
  /** Why nothing is shown; '' when something is. */
  problem = '';
  /** Layers of the measurement of each chart, as far as they were seen. */
  layers = new Map();
  /** The steps at which something was not finite. */
  nonfinite = [];
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
      const [summary, segments] = await Promise.all([
        get(this.#path, {}, signal),
        get(`${this.#path}/segments`, {}, signal),
      ]);
      this.summary = summary;
      this.#living = lineage(toSegments(segments)).filter((segment) => segment.aliveTo > -Infinity);
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
      const { measurement, field, layer } = chart;
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
  const whole = emptySeries();
  for (const column of Object.keys(whole)) whole[column] = parts.flatMap((part) => part[column]);
  return whole;
}
