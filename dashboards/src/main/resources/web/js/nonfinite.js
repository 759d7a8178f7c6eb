// SPDX-License-Identifier: Apache-2.0
// Where a chart lacks a value because it was NaN or infinite. Pure functions.

import { beginnings, lowerBound, medianStride } from './buckets.js';

/**
 * Buckets `{ step, segment, layer, dead }` of `counts`, the lines of `nonfinite`, in which `lines` lack a value.
 * Where a bucket is one step, the curve has a hole there: a signal of every k-th step lacks none between.
 * Where it is more, it has other than as many values as counts.
 */
export function missingValues(lines, counts) {
  const found = [];
  for (const { layer, segment, dead, series } of counts) {
    const values = lines.find((l) => l.layer === layer && l.segment === segment && l.dead === dead)?.series;
    if (!values || values.step.length === 0) continue; // the run does not send it here
    const lacks = gapsOf(values);
    series.step.forEach((step, i) => {
      if (series.max[i] > 0 && lacks(step, series.count[i])) found.push({ step, segment, layer, dead });
    });
  }
  return found;
}

/** All buckets in which something was not finite. */
export function anyNonfinite(counts) {
  return counts.flatMap(({ layer, segment, dead, series }) =>
    series.step.filter((step, i) => series.max[i] > 0).map((step) => ({ step, segment, layer, dead })));
}

function gapsOf(values) {
  const begins = beginnings(values);
  const usual = medianStride(values.step);
  const last = values.step.length - 1;
  return (step, counted) => {
    const i = lowerBound(values.step, step);
    if (values.step[i] === step) return values.mean[i] === null || values.count[i] !== counted;
    if (i > 0 && values.count[i - 1] > 1) return values.count[i - 1] !== counted;
    return i > last ? step - values.step[last] >= usual : begins[i];
  };
}
