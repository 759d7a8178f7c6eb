// SPDX-License-Identifier: Apache-2.0
// One horizontal axis for several runs, each of which has its own map from steps. Pure functions.

import { STEPS, unitOf, xAxis } from '../x-axis.js';

/**
 * The axis over `runs`, each `{ key, steps, batchTokens }`, `steps` being the buckets of the field that
 * the axis is made of, over the whole run. It has ECharts' `type`, `name` and `tick`, `words(x)`,
 * `lacking` (the number of runs without a place on it). For a run that it `holds(key)`, `place(key)` is a
 * function from ascending steps to places, and `stepsOf(key, range)` are the steps within such a range.
 *
 * In links a range is in steps, tokens, milliseconds of the clock, or seconds since the first line:
 * `toLink(x)` and `fromLink(value)`.
 */
export function comparisonAxis(kind, runs) {
  const own = new Map(runs.map((run) => [run.key, axisOf(kind, run)]));
  const known = [...own.values()].filter((axis) => axis !== null);
  const relative = kind === 'relative';
  const { seconds, name } = unitOf(Math.max(0, ...known.map((axis) => axis.span)) / 1000);
  const scale = relative ? 1000 * seconds : 1;
  const look = known[0]?.axis ?? STEPS;
  return {
    kind,
    ...(relative ? { type: 'value', name, tick: STEPS_OF_TIME, words: (x) => `${Number(x.toPrecision(4))} ${name}` }
      : { type: look.type, name: look.name, tick: look.tick, words: look.words ?? look.text }),
    lacking: [...own.values()].filter((axis) => axis === null).length,
    holds: (key) => Boolean(own.get(key)),
    place: (key) => {
      const { axis, first } = own.get(key);
      return (steps) => (steps.length === 0 ? [] : axis.column(steps).map((x) => (x - first) / scale));
    },
    stepsOf: (key, { from, to }) => {
      const { axis, first } = own.get(key);
      const step = (x, round) => (x === null ? null : Math.max(0, round(axis.stepAt(x * scale + first))));
      return { from: step(from, Math.floor), to: step(to, Math.ceil) };
    },
    toLink: (x) => (relative ? round(x * seconds, 1000) : round(x, 1)),
    fromLink: (value) => (value === null || !relative ? value : value / seconds),
  };
}

const STEPS_OF_TIME = (x) => String(Number(x.toPrecision(6)));

function round(x, parts) {
  return Math.round(x * parts) / parts;
}

function axisOf(kind, { steps, batchTokens }) {
  const ascending = steps.step;
  const segments = [{ index: 0, aliveTo: Infinity, series: steps }];
  const axis = xAxis(kind === 'relative' ? 'time' : kind, segments, { batchTokens });
  if (axis === null) return null;
  if (kind !== 'relative') return { axis, first: 0, span: 0 };
  const [first, last] = [axis.at(ascending[0]), axis.at(ascending.at(-1))];
  return { axis, first, span: last - first };
}
