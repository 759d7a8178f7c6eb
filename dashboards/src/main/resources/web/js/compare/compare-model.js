// SPDX-License-Identifier: Apache-2.0
// What one chart of a comparison shows: a curve per run, or per group of runs. Pure functions.

import { nearest, withGaps } from '../buckets.js';
import { number } from '../format.js';
import { smoothed } from '../smoothing.js';
import { groupCurve } from './group-curve.js';

const GRID_POINTS = 300;

/**
 * The curves of runs `{ key, name, look, series, missing, place }`: `place(steps)` gives the x of
 * ascending steps. Each curve: `{ key, name, look, rows, raw, missing, series }`, rows
 * `[x, value, min, max]` with null for a gap; `raw` has the values before smoothing, null where nothing is smoothed.
 */
export function runCurves(runs, { log, smooth, unit }) {
  return runs.filter(({ series }) => series.step.length > 0).map(({ series, place, missing, ...run }) => {
    const placed = { ...series, x: place(series.step) };
    const raw = withGaps(placed, log);
    return {
      ...run,
      rows: smooth > 0 ? withGaps(placed, log, smoothed(placed, smooth, unit, log)) : raw,
      raw: smooth > 0 ? raw : null,
      missing: place(missing),
      series: placed,
    };
  });
}

/**
 * A curve per group: the mean over its runs and a band that holds all their values. `groups` have
 * `{ key, name, look, members }`, members the keys of runs.
 */
export function groupCurves(curves, groups) {
  return groups.map(({ members, ...group }) => {
    const own = curves.filter(({ key }) => members.includes(key));
    return {
      ...group,
      runs: own.length,
      rows: groupCurve(own.map(({ rows }) => rows), GRID_POINTS),
      raw: null,
      missing: own.flatMap(({ missing }) => missing),
    };
  }).filter(({ rows }) => rows.length > 0);
}

/** The values of the curves near x, highest first: `{ curve, row }`; none beyond a curve's ends. */
export function valuesAt(curves, x) {
  return curves
    .map((curve) => ({ curve, row: rowAt(curve.rows, x) }))
    .filter(({ row }) => row !== null)
    .sort((a, b) => b.row[1] - a.row[1]);
}

function rowAt(rows, x) {
  const known = rows.filter(Boolean);
  const xs = known.map((row) => row[0]);
  const stride = xs.length > 1 ? (xs.at(-1) - xs[0]) / (xs.length - 1) : 0;
  if (xs.length === 0 || x < xs[0] - stride || x > xs.at(-1) + stride) return null;
  return known[nearest(xs, x)];
}

/** A value with the extremes around it where they differ. */
export function rowText([, value, min, max, runs]) {
  const range = max > min ? ` (${number(min, 3)}–${number(max, 3)})` : '';
  return number(value) + range + (runs === undefined ? '' : `, ${runs} ${runs === 1 ? 'run' : 'runs'}`);
}

/**
 * What a chart shows as rows of CSV with a head: the buckets of runs as they were read, or the grid of
 * groups. `axis` names the column of places.
 */
export function csvRows(curves, axis) {
  const place = axis.kind === 'time' ? (x) => new Date(x).toISOString() : (x) => x;
  const column = axis.kind === 'relative' ? axis.name : axis.kind;
  const ofGroups = curves.some(({ series }) => series === undefined);
  if (ofGroups) {
    return [['group', column, 'mean', 'min', 'max', 'runs'], ...curves.flatMap(({ name, rows }) =>
      rows.filter(Boolean).map(([x, ...values]) => [name, place(x), ...values]))];
  }
  const places = column === 'step' ? [] : [column];
  return [['run', 'step', ...places, 'min', 'max', 'mean', 'count'], ...curves.flatMap(({ name, series }) =>
    series.step.map((step, i) => [name, step, ...places.map(() => place(series.x[i])),
      series.min[i], series.max[i], series.mean[i], series.count[i]]))];
}

/** The steps from the first to the last of all runs: `{ from, to }`; null without any. */
export function stepsOf(runs) {
  const all = runs.map(({ series }) => series.step).filter((steps) => steps.length > 0);
  if (all.length === 0) return null;
  return {
    from: Math.min(...all.map((steps) => steps[0])),
    to: Math.max(...all.map((steps) => steps.at(-1))),
  };
}
