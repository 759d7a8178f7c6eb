// SPDX-License-Identifier: Apache-2.0
// Exponential smoothing by steps: a value counts by how many steps lie between, not by how many points
// do, so that buckets of any width and signals of any stride are smoothed alike. Pure functions.

import { beginnings, drawable } from './buckets.js';

/** Part of the shown steps for which the weight is given: with 0.99, the last tenth of a chart counts. */
const UNITS_ACROSS = 1000;

/** Steps after which a value counts `weight` times as much: a thousandth of what is shown, from 1. */
export function smoothingUnit(from, to) {
  return Math.max(1, (to - from) / UNITS_ACROSS);
}

/**
 * The means of a series, smoothed and debiased: the first ones are no nearer to 0. It begins anew after
 * every hole, and missing values stay missing. On a log axis it is the logarithms that are smoothed.
 *
 * @param series buckets `{ step, mean, … }` of one segment
 * @param weight 0 (none) to below 1, per `unit` steps
 */
export function smoothed(series, weight, unit = 1, log = false) {
  if (!(weight > 0)) return series.mean;
  const begins = beginnings(series, log);
  let sum = 0;
  let total = 0;
  return series.mean.map((mean, i) => {
    if (!drawable(mean, log)) return null;
    const keep = weight ** (steps(series.step, begins, i) / unit);
    const value = log ? Math.log(mean) : mean;
    sum = begins[i] ? (1 - keep) * value : keep * sum + (1 - keep) * value;
    total = begins[i] ? 1 - keep : keep * total + (1 - keep);
    return log ? Math.exp(sum / total) : sum / total;
  });
}

// How many steps a value stands for: those since the one before, at a beginning those to the next one.
function steps(step, begins, i) {
  if (!begins[i]) return step[i] - step[i - 1];
  return i + 1 < step.length && !begins[i + 1] ? step[i + 1] - step[i] : 1;
}
