// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { anyNonfinite, missingValues } from '../../main/resources/web/js/nonfinite.js';

const line = (step, value, count = step.map(() => 1), layer = null) => ({
  layer, segment: 0, dead: false, series: { step, mean: value, min: value, max: value, count },
});
const steps = (found) => found.map((m) => m.step);

test('a step whose value was not finite is missing, one that has its value is not', () => {
  const counts = [line([1, 2, 3, 4, 5], [0, 2, 0, 1, 0])];
  assert.deepEqual(steps(missingValues([line([1, 3, 4, 5], [1, 1, 1, 1])], counts)), [2]);
});

test('senders that count only what is not finite are understood too', () => {
  assert.deepEqual(steps(missingValues([line([1, 2, 3, 5, 6], [1, 1, 1, 1, 1])], [line([2, 4], [1, 1])])), [4]);
});

test('the newest and the first step may be the one that is missing', () => {
  const counts = [line([1, 5], [1, 1])];
  assert.deepEqual(steps(missingValues([line([2, 3, 4], [1, 1, 1])], counts)), [1, 5]);
});

test('a signal of every tenth step lacks nothing between', () => {
  const values = line([0, 10, 20, 40], [1, 1, 1, 1]);
  assert.deepEqual(steps(missingValues([values], [line([15, 30, 45, 50], [1, 1, 1, 1])])), [30, 50]);
});

test('in wide buckets a value is missing where there are fewer than usual', () => {
  const counts = [line([0, 100, 200, 300], [0, 3, 2, 1], [100, 100, 100, 100])];
  assert.deepEqual(steps(missingValues([line([0, 100, 200, 300], [1, 1, 1, 1], [100, 97, 100, 99])], counts)), [100, 300]);
  const everyTenth = line([0, 100, 200, 300], [1, 1, 1, 1], [10, 9, 10, 10]);
  assert.deepEqual(steps(missingValues([everyTenth], counts)), [100]);
});

test('in wide buckets the first values of one may be missing, or all of them', () => {
  const counts = [line([0, 100, 200, 300], [0, 3, 100, 0], [100, 100, 100, 100])];
  assert.deepEqual(steps(missingValues([line([0, 103, 300], [1, 1, 1], [100, 97, 100])], counts)), [100, 200]);
});

test('each layer has its own, and what the run does not send is not missing', () => {
  const counts = ['0', '1'].map((layer) => line([1, 2, 3, 4], [0, 1, 0, 0], undefined, layer));
  const values = [line([1, 3, 4, 5], [1, 1, 1, 1], undefined, '0'), line([1, 2, 3, 4], [1, 1, 1, 1], undefined, '1')];
  assert.deepEqual(missingValues(values, counts), [{ step: 2, segment: 0, layer: '0', dead: false }]);
  assert.deepEqual(missingValues([], counts), []);
});

test('anything that was not finite is found without the values', () => {
  assert.deepEqual(steps(anyNonfinite([line([1, 2, 3], [0, 1, 4])])), [2, 3]);
});
