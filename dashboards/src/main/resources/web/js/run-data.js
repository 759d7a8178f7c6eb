// SPDX-License-Identifier: Apache-2.0
// A run's curves, per segment. Fetched in buckets; live steps are added at the end of the live one.

import { get, runPath } from './api.js';
import { append, coarsen, emptySeries, slice, toSeries } from './buckets.js';
import { finite, millis } from './format.js';
import { lineage, livingPart, toSegments } from './lineage.js';
import { anyNonfinite, missingValues } from './nonfinite.js';
import { fieldsOf, LAYER, measurementsOf, STEP } from './signals.js';
import { axisField, xAxis } from './x-axis.js';

const LAYER_BUCKETS = 600;
const USUAL_BUCKETS = 1200;
// Of all layers together: a hundred of them are drawn in as little time as forty.
const MOST_LAYER_BUCKETS = 16_000;
// Steps of a live run come one by one; a wider jump than this means that events were lost.
const JUMP = 64;
// Far more steps than arrive between a step's event and its being readable.
const RECENT_STEPS = 200;

const keyOf = (measurement, field, layer) => `${measurement}|${field}|${layer ?? ''}`;

export class RunData {
  #run;
  #curves = new Map(); // segment index → key → { measurement, field, layer, series }
  #range = { from: null, to: null };
  #recent = [];
  #wanted = new Map(); // measurement → fields
  #changed = false;
  lineage = [];
  lastStep = 0;
  /** How many layers the run announced, if it did; with many of them each has fewer buckets. */
  layers = 0;
  /** Rises with every change of the curves. */
  version = 0;

  constructor(run) {
    this.#run = run;
  }

  /**
   * Sets whose curves the next load fetches: those of charts, and the one that an axis is made of. True
   * when that are others than before; what is known of them stays until then.
   */
  choose(charts, axisKind) {
    const wanted = new Map(measurementsOf(charts).map((m) => [m, fieldsOf(charts, m)]));
    const field = axisField(axisKind);
    if (field) wanted.set(STEP, [...new Set([...(wanted.get(STEP) ?? []), field])]);
    const more = [...wanted].some(([m, fields]) => fields.some((f) => !this.#wanted.get(m)?.includes(f)));
    this.#wanted = wanted;
    this.#changed ||= more;
    return more;
  }

  /**
   * Fetches segments and all curves within the range; dead segments never change, so only once. Curves are
   * asked for once `ready` is there, which says how many layers the run has.
   */
  async load(range = this.#range, signal = undefined, ready = undefined) {
    const asked = this.#wanted;
    const moved = this.#changed || range.from !== this.#range.from || range.to !== this.#range.to;
    const [segments] = await Promise.all([get(`${runPath(this.#run)}/segments`, {}, signal), ready]);
    this.lineage = lineage(toSegments(segments));
    const wanted = this.lineage.filter((s) => moved || s.live || !this.#curves.get(s.index)?.whole);
    const loaded = await Promise.all(wanted.map((s) => this.#fetch(s, range, signal)));
    this.#changed = asked !== this.#wanted; // chosen anew meanwhile
    wanted.forEach((s, i) => this.#curves.set(s.index, loaded[i]));
    this.#range = range;
    this.version++;
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
    const bodies = await Promise.all([...this.#wanted].map(([measurement, fields]) =>
      get(`${runPath(this.#run)}/series`, {
        measurement,
        fields: fields.join(','),
        segment: segment.index,
        from: range.from,
        to: range.to,
        buckets: this.#buckets(measurement),
      }, signal)));
    for (const { measurement, series: entries } of bodies) {
      for (const entry of entries) {
        if (entry.head !== null && entry.head !== undefined) continue; // layers only
        const { field } = entry;
        const layer = entry.layer ?? null;
        const series = toSeries(entry);
        if (segment.live) series.known = segment.lastStep;
        last = Math.max(last, series.step.at(-1) ?? 0);
        curves.set(keyOf(measurement, field, layer), { measurement, field, layer, series });
      }
    }
    curves.whole = !segment.live && last >= segment.lastStep;
    return curves;
  }

  #buckets(measurement) {
    if (measurement !== LAYER) return USUAL_BUCKETS;
    return Math.round(Math.min(LAYER_BUCKETS, MOST_LAYER_BUCKETS / Math.max(1, this.layers)));
  }

  #live() {
    const live = this.lineage.find((s) => s.live);
    return live && this.#curves.get(live.index);
  }

  /** Adds a live step's values; false when something was missed and a load is due. */
  accept(event) {
    this.#recent.push(event);
    const most = RECENT_STEPS * (this.layers + 2);
    if (this.#recent.length > 2 * most) this.#recent.splice(0, this.#recent.length - most);
    return this.#take(event);
  }

  #take(event) {
    if (!finite(event.step)) return true; // a line without a step is drawn once it is stored
    const live = this.lineage.find((s) => s.live);
    if (!live || !this.#curves.has(live.index)) return false;
    if (finite(event.segment) && event.segment !== live.index) return event.segment < live.index;
    this.version++;
    const jumped = event.step > this.lastStep + JUMP;
    this.lastStep = Math.max(this.lastStep, event.step);
    live.lastStep = this.lastStep;
    if (this.#range.to !== null && event.step > this.#range.to) return true;
    const measurement = event.measurement ?? STEP;
    for (const field of this.#wanted.get(measurement) ?? []) this.#add(measurement, field, event);
    return !jumped;
  }

  #add(measurement, field, event) {
    const value = field === 'time' ? millis(event.time) / 1000 : event.fields?.[field];
    if (!finite(value) || (event.head !== null && event.head !== undefined)) return;
    const layer = event.layer ?? null;
    const key = keyOf(measurement, field, layer);
    const curves = this.#live();
    const curve = curves.get(key) ?? { measurement, field, layer, series: emptySeries() };
    append(curve.series, event.step, value);
    if (curve.series.step.length > 2 * this.#buckets(measurement)) curve.series = coarsen(curve.series);
    curves.set(key, curve);
  }

  /** The lines of one chart, dead ones first so that the live ones lie on top. */
  lines({ measurement, field }) {
    const curves = this.lineage.flatMap(({ index }) => [...(this.#curves.get(index)?.values() ?? [])]
      .filter((curve) => curve.measurement === measurement && curve.field === field)
      .map(({ layer, series }) => ({ layer, segment: index, series })));
    return this.split(curves);
  }

  /** Curves `{ layer, segment, series }`, each parted where the live run left its segment. */
  split(curves) {
    const dead = [];
    const alive = [];
    const segments = new Map(this.lineage.map((s) => [s.index, s]));
    for (const { layer, segment: index, series } of curves) {
      const segment = segments.get(index);
      if (!segment) continue; // not known yet
      const line = { layer, segment: index };
      const lived = livingPart(segment, series);
      const lost = segment.live ? emptySeries() : slice(series, Math.max(segment.aliveTo, -1), Infinity);
      // The dead part keeps the step it branches off at, so that it visibly leaves the live line.
      if (lived.step.length > 0) alive.push({ ...line, dead: false, series: lived });
      if (lost.step.length > 1) dead.push({ ...line, dead: true, series: lost });
    }
    return [...dead, ...alive];
  }

  /** Where a chart lacks values that were not finite; for the loss, where anything was not. */
  nonfinite({ measurement, field }, lines) {
    const counts = this.lines({ measurement, field: 'nonfinite' });
    return field === 'loss' && measurement === STEP ? anyNonfinite(counts) : missingValues(lines, counts);
  }

  /** The axis of that kind, or null where the run does not have it; see `x-axis.js`. */
  axis(kind, batchTokens) {
    const key = keyOf(STEP, axisField(kind), null);
    const segments = this.lineage.map(({ index, aliveTo }) =>
      ({ index, aliveTo, series: this.#curves.get(index)?.get(key)?.series }));
    return xAxis(kind, segments, { batchTokens });
  }

  /** True when that step of that segment is no part of the live run's past. */
  rolledBack(segment, step) {
    const found = this.lineage.find((s) => s.index === (segment ?? 0));
    return found !== undefined && !found.live && step > found.aliveTo;
  }

  /** Newest value of a field in the live segment, per layer: `{ layer, step, value, exact }`, otherwise a mean. */
  tips({ measurement, field }) {
    return [...(this.#live()?.values() ?? [])]
      .filter((c) => c.measurement === measurement && c.field === field && c.series.step.length > 0)
      .map(({ layer, series }) => ({
        layer, exact: true, ...(series.newest ?? { step: series.step.at(-1), value: series.mean.at(-1), exact: series.count.at(-1) === 1 }),
      }));
  }
}
