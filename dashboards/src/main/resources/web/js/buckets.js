// SPDX-License-Identifier: Apache-2.0
// One curve as columns: step, min, max, mean, count. A bucket keeps its extremes, so that a spike of
// one step survives any zoom.

import { finite } from './format.js';

const COLUMNS = ['step', 'min', 'max', 'mean', 'count'];

/**
 * A curve without points. `width` is how many steps a bucket holds, 0 where each value has its own;
 * `newest` is the last value that was appended, `{ step, value }`. Steps up to `known` may be in the last
 * bucket already.
 */
export function emptySeries() {
  return { step: [], min: [], max: [], mean: [], count: [], width: 0, newest: null, known: -Infinity };
}

/** A curve from an entry of `/series`. */
export function toSeries(source) {
  const series = emptySeries();
  source.step.forEach((step, i) =>
    push(series, step, source.min[i], source.max[i], source.mean[i], source.count[i]));
  if (series.count.some((count) => count > 1)) {
    series.width = medianStride(series.step) || series.step.at(-1) - series.step[0] || series.count[0];
  }
  return series;
}

/** One curve after the other. */
export function joined(parts) {
  if (parts.length === 1) return parts[0];
  const whole = emptySeries();
  for (const column of COLUMNS) whole[column] = parts.flatMap((part) => part[column]);
  return whole;
}

function push(series, step, min, max, mean, count) {
  if (!finite(step)) return;
  series.step.push(step);
  series.min.push(finite(min) ? min : null);
  series.max.push(finite(max) ? max : null);
  series.mean.push(finite(mean) ? mean : null);
  series.count.push(finite(count) ? count : 1);
}

/**
 * Adds a value at the end, to the last bucket if that reaches so far: so all stay equally wide, and the past
 * of a run is no coarser than its end. A repeated or older step is dropped, as the monitor has it already.
 */
export function append(series, step, value) {
  if (!finite(value)) return false;
  const last = series.step.length - 1;
  if (last < 0 || step >= series.step[last] + Math.max(1, series.width)) {
    push(series, step, value, value, value, 1);
  } else if (series.width > 1 && step >= series.step[last]) {
    widen(series, last, step, value);
  } else {
    return false;
  }
  if (series.newest === null || step > series.newest.step) series.newest = { step, value };
  return true;
}

// A value that may be in the bucket already adds to its extremes only.
function widen(series, i, step, value) {
  series.min[i] = series.min[i] === null ? value : Math.min(series.min[i], value);
  series.max[i] = series.max[i] === null ? value : Math.max(series.max[i], value);
  if (series.mean[i] === null) {
    series.mean[i] = value;
  } else if (step > Math.max(series.known, series.newest?.step ?? series.step[i] + series.count[i] - 1)) {
    series.count[i]++;
    series.mean[i] += (value - series.mean[i]) / series.count[i];
  }
}

/** Halves the number of buckets, joining neighbours: extremes kept, means weighted by count. */
export function coarsen(series) {
  const half = { ...emptySeries(), width: 2 * (series.width || medianStride(series.step) || 1), newest: series.newest, known: series.known };
  for (let i = 0; i < series.step.length; i += 2) {
    const j = i + 1 < series.step.length ? i + 1 : i;
    const pair = j === i ? [i] : [i, j];
    const known = pair.filter((k) => series.mean[k] !== null);
    const total = known.reduce((sum, k) => sum + series.count[k], 0);
    push(half, series.step[i],
      known.length ? Math.min(...known.map((k) => series.min[k])) : null,
      known.length ? Math.max(...known.map((k) => series.max[k])) : null,
      known.length ? known.reduce((sum, k) => sum + series.mean[k] * series.count[k], 0) / total : null,
      total || 1);
  }
  return half;
}

/** The part with `from` ≤ step ≤ `to`. */
export function slice(series, from, to) {
  const start = lowerBound(series.step, from);
  const end = lowerBound(series.step, to + 0.5);
  const part = emptySeries();
  for (const column of COLUMNS) part[column] = series[column].slice(start, end);
  part.width = series.width;
  return part;
}

/** Index of the first step ≥ `step`. */
export function lowerBound(steps, step) {
  let low = 0;
  let high = steps.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (steps[middle] < step) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Index of the bucket nearest to `step`, or -1. */
export function nearest(steps, step) {
  if (steps.length === 0) return -1;
  const after = Math.min(lowerBound(steps, step), steps.length - 1);
  const before = Math.max(0, after - 1);
  return step - steps[before] <= steps[after] - step ? before : after;
}

/** Whether a value has a place on the axis: on a log axis one ≤ 0 has none. */
export function drawable(value, log = false) {
  return value !== null && (!log || value > 0);
}

/**
 * Where a curve begins anew, as a flag per bucket: at its start, after a missing value, and where the
 * distance to the step before is at least twice the usual one. So signals measured every k-th step stay
 * whole, and a step whose value was not finite leaves a hole.
 */
export function beginnings(series, log = false) {
  const usual = medianStride(series.step);
  return series.step.map((step, i) => i === 0
    || !drawable(series.mean[i - 1], log)
    || (usual > 0 && step - series.step[i - 1] >= 2 * usual));
}

/**
 * Points `[x, value, min, max]` with a `null` row wherever the curve has a hole. `x` is the bucket's
 * place where the series has some (`series.x`), otherwise its step; the values are its means unless
 * others are given.
 */
export function withGaps(series, log = false, values = series.mean) {
  const rows = [];
  const begins = beginnings(series, log);
  for (let i = 0; i < series.step.length; i++) {
    const mean = series.mean[i];
    if (!drawable(mean, log)) {
      rows.push(null);
      continue;
    }
    if (begins[i] && rows.length > 0 && rows.at(-1) !== null) rows.push(null);
    rows.push([(series.x ?? series.step)[i], values[i], floor(series.min[i], mean, log), series.max[i] ?? mean]);
  }
  return rows;
}

/** Rows as of `withGaps`, neighbours joined until they are at most about `most`: extremes and gaps stay. */
export function thinned(rows, most) {
  const together = Math.ceil(rows.length / most);
  if (together < 2) return rows;
  const fewer = [];
  let joined = null;
  let count = 0;
  for (const row of rows) {
    if (row === null || joined === null || count === together) {
      fewer.push(joined = row && [...row]);
      count = 1;
    } else {
      count++;
      joined[1] += (row[1] - joined[1]) / count;
      joined[2] = Math.min(joined[2], row[2]);
      joined[3] = Math.max(joined[3], row[3]);
    }
  }
  return fewer;
}

function floor(min, mean, log) {
  if (min === null) return mean;
  return log && min <= 0 ? mean : min;
}

/** Usual distance of the steps; 0 where there are too few to tell. */
export function medianStride(steps) {
  if (steps.length < 3) return 0;
  const strides = steps.slice(1).map((step, i) => step - steps[i]).sort((a, b) => a - b);
  return strides[strides.length >> 1];
}
