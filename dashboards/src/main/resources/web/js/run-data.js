// SPDX-License-Identifier: Apache-2.0
// A run's curves, per segment. Fetched in buckets; live steps are added at the end of the live one.

import { get, runPath } from './api.js';
import { append, coarsen, emptySeries, slice, toSeries } from './buckets.js';
import { finite } from './format.js';
import { lineage, livingPart, toSegments } from './lineage.js';
import { CHARTS, fieldsOf, measurementsOf } from './signals.js';

const BUCKETS = { train_layer: 600 };
const USUAL_BUCKETS = 1200;
// Steps of a live run come one by one; a wider jump than this means that events were lost.
const JUMP = 64;
// Far more lines than arrive between a step's event and its being readable.
const RECENT_EVENTS = 2000;

const buckets = (measurement) => BUCKETS[measurement] ?? USUAL_BUCKETS;
const keyOf = (measurement, field, layer) => `${measurement}|${field}|${layer ?? ''}`;

export class RunData {
  #run;
  #curves = new Map(); // segment index → key → { measurement, field, layer, series }
  #range = { from: null, to: null };
  #recent = [];
  #charts = CHARTS;
  lineage = [];
  lastStep = 0;

  constructor(run) {
    this.#run = run;
  }

  /** Sets the charts whose curves the next load fetches, beside those that are always there. */
  choose(charts) {
    this.#charts = [...CHARTS, ...charts];
    this.#curves.clear();
  }

  /** Fetches segments and all curves within the range; dead segments never change, so only once. */
  async load(range = this.#range, signal = undefined) {
    const moved = range.from !== this.#range.from || range.to !== this.#range.to;
    this.lineage = lineage(toSegments(await get(`${runPath(this.#run)}/segments`, {}, signal)));
    const wanted = this.lineage.filter((s) => moved || s.live || !this.#curves.get(s.index)?.whole);
    const loaded = await Promise.all(wanted.map((s) => this.#fetch(s, range, signal)));
    wanted.forEach((s, i) => this.#curves.set(s.index, loaded[i]));
    this.#range = range;
    this.lastStep = this.lineage.find((s) => s.live)?.lastStep ?? 0;
    for (const curve of this.#live()?.values() ?? []) {
      this.lastStep = Math.max(this.lastStep, curve.series.step.at(-1) ?? 0);
    }
    // The store is a moment behind the stream: what was told meanwhile is laid on again.
    this.#recent.forEach((event) => this.#take(event));
  }

  async #fetch(segment, range, signal) {
    const curves = new Map();
    let last = 0;
    for (const measurement of measurementsOf(this.#charts)) {
      const body = await get(`${runPath(this.#run)}/series`, {
        measurement,
        fields: fieldsOf(this.#charts, measurement).join(','),
        segment: segment.index,
        from: range.from,
        to: range.to,
        buckets: buckets(measurement),
      }, signal);
      for (const entry of body.series) {
        if (entry.head !== null && entry.head !== undefined) continue; // layers only
        const { field } = entry;
        const layer = entry.layer ?? null;
        const series = toSeries(entry);
        last = Math.max(last, series.step.at(-1) ?? 0);
        curves.set(keyOf(measurement, field, layer), { measurement, field, layer, series });
      }
    }
    curves.whole = !segment.live && last >= segment.lastStep;
    return curves;
  }

  #live() {
    const live = this.lineage.find((s) => s.live);
    return live && this.#curves.get(live.index);
  }

  /** Adds a live step's values; false when something was missed and a load is due. */
  accept(event) {
    this.#recent.push(event);
    if (this.#recent.length > 2 * RECENT_EVENTS) this.#recent.splice(0, RECENT_EVENTS);
    return this.#take(event);
  }

  #take(event) {
    if (!finite(event.step)) return true; // a line without a step is drawn once it is stored
    const live = this.lineage.find((s) => s.live);
    if (!live || !this.#curves.has(live.index)) return false;
    if (finite(event.segment) && event.segment !== live.index) return event.segment < live.index;
    const jumped = event.step > this.lastStep + JUMP;
    this.lastStep = Math.max(this.lastStep, event.step);
    live.lastStep = this.lastStep;
    if (this.#range.to !== null && event.step > this.#range.to) return true;
    const measurement = event.measurement ?? 'train_step';
    for (const field of fieldsOf(this.#charts, measurement)) this.#add(measurement, field, event);
    return !jumped;
  }

  #add(measurement, field, event) {
    const value = event.fields?.[field];
    if (!finite(value) || (event.head !== null && event.head !== undefined)) return;
    const layer = event.layer ?? null;
    const key = keyOf(measurement, field, layer);
    const curves = this.#live();
    const curve = curves.get(key) ?? { measurement, field, layer, series: emptySeries() };
    append(curve.series, event.step, value);
    if (curve.series.step.length > 2 * buckets(measurement)) curve.series = coarsen(curve.series);
    curves.set(key, curve);
  }

  /** The lines of one chart, dead ones first so that the live ones lie on top. */
  lines({ measurement, field }) {
    const dead = [];
    const alive = [];
    for (const segment of this.lineage) {
      for (const curve of this.#curves.get(segment.index)?.values() ?? []) {
        if (curve.measurement !== measurement || curve.field !== field) continue;
        const { layer, series } = curve;
        const line = { layer, segment: segment.index };
        const lived = livingPart(segment, series);
        const lost = segment.live ? emptySeries() : slice(series, Math.max(segment.aliveTo, -1), Infinity);
        // The dead part keeps the step it branches off at, so that it visibly leaves the live line.
        if (lived.step.length > 0) alive.push({ ...line, dead: false, series: lived });
        if (lost.step.length > 1) dead.push({ ...line, dead: true, series: lost });
      }
    }
    return [...dead, ...alive];
  }

  /** Steps with non-finite values: these are missing from every curve. */
  nonfiniteSteps() {
    return this.lines({ measurement: 'train_step', field: 'nonfinite' })
      .flatMap(({ series }) => series.step.filter((step, i) => series.max[i] > 0));
  }

  /** True when that step of that segment is no part of the live run's past. */
  rolledBack(segment, step) {
    const found = this.lineage.find((s) => s.index === (segment ?? 0));
    return found !== undefined && !found.live && step > found.aliveTo;
  }

  /** Newest value of a field in the live segment, per layer: `{ layer, step, value }`. */
  tips(field) {
    return [...(this.#live()?.values() ?? [])]
      .filter((c) => c.field === field && c.series.step.length > 0)
      .map(({ layer, series }) => ({ layer, step: series.step.at(-1), value: series.mean.at(-1) }));
  }
}
