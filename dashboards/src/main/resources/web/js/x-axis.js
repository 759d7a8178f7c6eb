// SPDX-License-Identifier: Apache-2.0
// What charts are drawn over: steps, tokens, the clock, or the time since the first line. All but the
// first are maps from a segment's steps, made of another series of the run. Pure functions.

import { lowerBound } from './buckets.js';
import { count, finite, short, tick } from './format.js';

/** The choices: name in a link, words, and the series that the map is made of. */
export const AXES = [
  { kind: 'step', words: 'steps', field: null },
  { kind: 'tokens', words: 'tokens', field: 'tokens' },
  { kind: 'time', words: 'time', field: 'time' },
  { kind: 'relative', words: 'relative time', field: 'time' },
];

/** Spans that a unit of relative time is good for: seconds in it, its name. */
const UNITS = [[86400, 'days'], [3600, 'hours'], [60, 'minutes'], [1, 'seconds']];
const FEW_OF_A_UNIT = 3;

/** Field of `train_step` that an axis needs beside the charts' own; null for none. */
export function axisField(kind) {
  return AXES.find((axis) => axis.kind === kind)?.field ?? null;
}

/** The axis over steps, in which a step is its own place. */
export const STEPS = {
  kind: 'step',
  type: 'value',
  name: 'step',
  at: (step) => step,
  column: (steps) => steps,
  stepAt: (x) => x,
  tick: (x) => (Number.isInteger(x) ? count(x) : ''),
  text: (x) => `step ${count(Math.round(x))}`,
};

/**
 * The axis of that kind, or null where the run sends nothing to make it of.
 *
 * `segments`, oldest first, each `{ index, aliveTo, series }`: `series` has the buckets of the field
 * of {@link axisField} in this segment, if any; `aliveTo` is -Infinity for a branch that the live run does
 * not stand on (see `lineage.js`). `batchTokens` stands in for a run that does not send `tokens`.
 *
 * The axis: `at(step, segment)` gives the place, `column(steps, segment)` those of ascending steps,
 * `stepAt(x)` the step of the living lineage, `tick(x)` and `text(x)` words; `type` and `name` are for
 * ECharts. Without a segment, or with an unknown one, the newest one's map is taken.
 */
export function xAxis(kind, segments, { batchTokens = NaN } = {}) {
  if (kind === 'step') return STEPS;
  const maps = new Map();
  for (const { index, series } of segments) {
    const map = stepMap(series);
    if (map) maps.set(index, map);
  }
  const newest = [...maps.values()].at(-1);
  if (!newest) return kind === 'tokens' ? ofBatches(batchTokens) : null;
  const alive = segments.filter((s) => s.aliveTo > -Infinity && maps.has(s.index)).map((s) => maps.get(s.index));
  const { scale, offset, look } = lookOf(kind, [...maps.values()]);
  const mapOf = (segment) => maps.get(segment) ?? newest;
  const axis = {
    kind,
    ...look,
    at: (step, segment) => (mapOf(segment).at(step) - offset) * scale,
    column: (steps, segment) => mapOf(segment).column(steps).map((x) => (x - offset) * scale),
    stepAt(x) {
      const value = x / scale + offset;
      const map = alive.findLast((m) => m.first <= value) ?? alive[0] ?? newest;
      return map.stepAt(value);
    },
  };
  return { ...axis, text: (x) => `${look.words(x)} · step ${count(Math.round(axis.stepAt(x)))}` };
}

/** The choices with why each cannot be had, null for those that can. */
export function axisChoices({ tokens, time, batchTokens }) {
  const reasons = {
    tokens: tokens || batchTokens > 0 ? null : 'the run sends neither tokens nor batch_tokens.',
    time: time ? null : 'the monitor knows no times of this run.',
  };
  return AXES.map(({ kind, words, field }) => ({ kind, words, reason: reasons[field] ?? null }));
}

function ofBatches(batchTokens) {
  if (!(batchTokens > 0)) return null;
  const axis = { ...TOKENS, kind: 'tokens', at: (step) => step * batchTokens, stepAt: (x) => x / batchTokens };
  return {
    ...axis,
    column: (steps) => steps.map(axis.at),
    text: (x) => `${TOKENS.words(x)} · step ${count(Math.round(axis.stepAt(x)))}`,
  };
}

const TOKENS = { type: 'value', name: 'tokens', tick: short, words: (x) => `${short(x)} tokens` };

function lookOf(kind, maps) {
  if (kind === 'tokens') return { scale: 1, offset: 0, look: TOKENS };
  if (kind === 'time') {
    const words = (x) => (finite(x) ? new Date(x).toLocaleString() : '');
    return { scale: 1000, offset: 0, look: { type: 'time', name: '', tick: undefined, words } };
  }
  const offset = Math.min(...maps.map((m) => m.first));
  const span = Math.max(...maps.map((m) => m.last)) - offset;
  const { seconds, name } = unitOf(span);
  return { scale: 1 / seconds, offset, look: { type: 'value', name, tick, words: (x) => `${tick(Number(x.toPrecision(4)))} ${name}` } };
}

/** The unit for times up to `span` seconds: `{ seconds, name }`. */
export function unitOf(span) {
  const [seconds, name] = UNITS.find(([size]) => span >= FEW_OF_A_UNIT * size) ?? UNITS.at(-1);
  return { seconds, name };
}

/**
 * The rising map that a series of buckets makes of steps: linear between the buckets, and beyond them
 * as steep as the whole. Values that fall are lifted to the highest before. Null without values.
 */
export function stepMap(series) {
  const steps = [];
  const places = [];
  (series?.step ?? []).forEach((step, i) => {
    if (!finite(series.min[i])) return;
    steps.push(step);
    places.push(Math.max(series.min[i], places.at(-1) ?? -Infinity)); // a bucket's first step has its least value
  });
  if (steps.length === 0) return null;
  const last = steps.length - 1;
  const slope = last > 0 ? (places[last] - places[0]) / (steps[last] - steps[0]) : 0;
  const between = (i, step) => {
    if (i === 0) return places[0] + (step - steps[0]) * slope;
    if (i > last) return places[last] + (step - steps[last]) * slope;
    return places[i - 1] + (places[i] - places[i - 1]) * (step - steps[i - 1]) / (steps[i] - steps[i - 1]);
  };
  return {
    first: places[0],
    last: places[last],
    at: (step) => between(lowerBound(steps, step), step),
    column(wanted) {
      let i = lowerBound(steps, wanted[0]);
      return wanted.map((step) => {
        while (i <= last && steps[i] < step) i++;
        return between(i, step);
      });
    },
    stepAt(x) {
      const i = lowerBound(places, x);
      if (i === 0 || i > last) {
        const end = i === 0 ? 0 : last;
        return slope > 0 ? steps[end] + (x - places[end]) / slope : steps[end];
      }
      return steps[i - 1] + (steps[i] - steps[i - 1]) * (x - places[i - 1]) / (places[i] - places[i - 1]);
    },
  };
}
