// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { smoothed, smoothingUnit } from '../../main/resources/web/js/smoothing.js';

const series = (step, mean) => ({ step, mean, min: mean, max: mean, count: step.map(() => 1) });
const near = (a, b) => assert.ok(Math.abs(a - b) < 1e-9, `${a} is not ${b}`);

test('without a weight the means stay as they are', () => {
  const raw = series([1, 2], [1, 5]);
  assert.equal(smoothed(raw, 0), raw.mean);
});

test('a constant stays what it is from the first value on', () => {
  for (const log of [false, true]) {
    smoothed(series([1, 2, 3, 4], [7, 7, 7, 7]), 0.9, 1, log).forEach((value) => near(value, 7));
  }
});

test('at equal distances it is the debiased exponential mean', () => {
  const [, second, third] = smoothed(series([1, 2, 3], [1, 2, 4]), 0.5);
  near(second, (0.5 * 1 + 2) / 1.5);
  near(third, (0.25 * 1 + 0.5 * 2 + 4) / 1.75);
});

test('a value counts by its steps, so that other buckets give nearly the same curve', () => {
  const dense = smoothed(series([0, 1, 2, 3, 4], [0, 0, 0, 1, 1]), 0.5).at(-1);
  const sparse = smoothed(series([0, 2, 4], [0, 0, 1]), 0.5).at(-1);
  assert.ok(Math.abs(dense - sparse) < 0.05, `${dense} and ${sparse}`);
});

test('it begins anew after a missing value and after a gap', () => {
  const [, hole, after] = smoothed(series([1, 2, 3, 4], [100, null, 5, 5]), 0.9);
  assert.equal(hole, null);
  near(after, 5);
  near(smoothed(series([1, 2, 3, 9, 10], [100, 100, 100, 5, 5]), 0.9)[3], 5);
});

test('on a log axis it is the logarithms, and values ≤ 0 are no part of it', () => {
  near(smoothed(series([1, 2], [1, 100]), 0.5, 1, true)[1], Math.exp(Math.log(100) / 1.5));
  const [, none, after] = smoothed(series([1, 2, 3], [1, 0, 50]), 0.5, 1, true);
  assert.equal(none, null);
  near(after, 50);
});

test('the weight is for a thousandth of what is shown, and for a step at least', () => {
  assert.equal(smoothingUnit(0, 1e6), 1000);
  assert.equal(smoothingUnit(0, 50), 1);
});
