// SPDX-License-Identifier: Apache-2.0
// Where a chart lacks a value because it was NaN or infinite. Pure functions.

import { beginnings, lowerBound, medianStride } from './buckets.js';

/**
 * Buckets `{ step, segment, layer, dead }` of `counts`, the lines of `nonfinite`, in which `lines` lack a value.
 * Where a bucket is one step, the curve has a hole there: a signal of every k-th step lacks none between.
 * Where it is more, it has fewer values than such a bucket usually has.
 */
export function missingValues(lines, counts) {
  const found = [];
  for (const { layer, segment, dead, series } of counts) {
    const values = lines.find((l) => l.layer === layer && l.segment === segment && l.dead === dead)?.series;
    if (!values || values.step.length === 0) continue; // the run does not send it here
    const lacks = gapsOf(values, series);
    series.step.forEach((step, i) => {
      if (series.max[i] > 0 && lacks(i)) found.push({ step, segment, layer, dead });
    });
  }
  return found;
}

/** All buckets in which something was not finite. */
export function anyNonfinite(counts) {
  return counts.flatMap(({ layer, segment, dead, series }) =>
    series.step.filter((step, i) => series.max[i] > 0).map((step) => ({ step, segment, layer, dead })));
}

// Both series are of one query, so that their buckets are of the same steps.
function gapsOf(values, counts) {
  const begins = beginnings(values);
  const stride = medianStride(values.step);
  const usual = median(values.count) / median(counts.count);
  const last = values.step.length - 1;
  return (i) => {
    const step = counts.step[i];
    const at = lowerBound(values.step, step);
    if (counts.count[i] === 1 && values.count[Math.min(at, last)] === 1) {
      if (values.step[at] === step) return values.mean[at] === null;
      return at > last ? step - values.step[last] >= stride : begins[at];
    }
    const inBucket = at <= last && values.step[at] < (counts.step[i + 1] ?? Infinity);
    return !inBucket || values.count[at] < usual * counts.count[i] - 0.5;
  };
}

function median(numbers) {
  return [...numbers].sort((a, b) => a - b)[numbers.length >> 1];
}
