// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { append, coarsen, emptySeries, nearest, slice, thinned, toSeries, withGaps } from '../../main/resources/web/js/buckets.js';

const series = (step, mean) => toSeries({
  step, mean, min: mean, max: mean, count: step.map(() => 1),
});

test('a spike of one step survives any coarsening', () => {
  let curve = series([...Array(64).keys()], [...Array(64).keys()].map((i) => (i === 21 ? 99 : 1)));
  while (curve.step.length > 1) curve = coarsen(curve);
  assert.equal(curve.max[0], 99);
  assert.equal(curve.min[0], 1);
  assert.equal(curve.count[0], 64);
  assert.ok(Math.abs(curve.mean[0] - (63 + 99) / 64) < 1e-12);
});

test('an absent value is a gap and never zero', () => {
  const curve = series([1, 2, 3, 4], [5, null, 7, 8]);
  assert.deepEqual(withGaps(curve), [[1, 5, 5, 5], null, [3, 7, 7, 7], [4, 8, 8, 8]]);
});

test('steps that are missing break the line, a coarser stride does not', () => {
  assert.equal(withGaps(series([1, 2, 3, 9, 10], [1, 1, 1, 1, 1])).filter((row) => row === null).length, 1);
  assert.ok(withGaps(series([10, 20, 30, 40], [1, 1, 1, 1])).every((row) => row !== null));
});

test('a value that has no logarithm has no place on a log axis', () => {
  assert.deepEqual(withGaps(series([1, 2], [0, 3]), true), [null, [2, 3, 3, 3]]);
});

test('a repeated or older step is not appended', () => {
  const curve = emptySeries();
  assert.ok(append(curve, 5, 1));
  assert.ok(!append(curve, 5, 2));
  assert.ok(!append(curve, 4, 2));
  assert.ok(!append(curve, 6, NaN));
  assert.deepEqual(curve.step, [5]);
});

test('slices by step and finds the nearest', () => {
  const curve = series([10, 20, 30], [1, 2, 3]);
  assert.deepEqual(slice(curve, 15, 30).mean, [2, 3]);
  assert.equal(nearest(curve.step, 24), 1);
  assert.equal(nearest(curve.step, 26), 2);
  assert.equal(nearest([], 1), -1);
});

test('thinned rows keep every extreme and every gap', () => {
  const rows = [[0, 1, 1, 1], [1, 3, 2, 9], [2, 5, 5, 5], null, [5, 4, -7, 4], [6, 4, 4, 4], [7, 7, 7, 8]];
  assert.equal(thinned(rows, 7), rows);
  assert.deepEqual(thinned(rows, 4), [[0, 2, 1, 9], [2, 5, 5, 5], null, [5, 4, -7, 4], [7, 7, 7, 8]]);
  assert.deepEqual(thinned(rows, 1), [[0, 3, 1, 9], null, [5, 5, -7, 8]]);
  assert.deepEqual(rows[0], [0, 1, 1, 1]);
});

test('a long run that is followed stays whole: its buckets stay equally wide, with every extreme', () => {
  const steps = Array.from({ length: 300 }, (_, i) => 1 + 100 * i);
  const fetched = steps.map(() => 2);
  let curve = toSeries({ step: steps, min: fetched, max: fetched, mean: fetched, count: steps.map(() => 100) });
  for (let step = 30_001; step <= 130_000; step++) {
    append(curve, step, step === 77_777 ? 99 : 2);
    if (curve.step.length > 600) curve = coarsen(curve);
  }
  assert.ok(curve.step.length > 250 && curve.step.length <= 600, curve.step.length);
  const strides = curve.step.slice(1).map((step, i) => step - curve.step[i]);
  assert.deepEqual([...new Set(strides)], [curve.width]);
  assert.equal(withGaps(curve).filter((row) => row === null).length, 0);
  assert.equal(Math.max(...curve.max), 99);
  assert.equal(curve.count.reduce((a, b) => a + b), 130_000);
  assert.deepEqual(curve.newest, { step: 130_000, value: 2 });
});

test('a value that a fetched bucket may have already adds to its extremes only', () => {
  const curve = toSeries({ step: [0, 10, 20], min: [1, 1, 1], max: [3, 3, 3], mean: [2, 2, 2], count: [10, 10, 5] });
  assert.ok(append(curve, 23, 9));
  assert.deepEqual([curve.max.at(-1), curve.mean.at(-1), curve.count.at(-1)], [9, 2, 5]);
  assert.ok(append(curve, 25, 8));
  assert.deepEqual([curve.mean.at(-1), curve.count.at(-1)], [3, 6]);
  assert.ok(!append(curve, 19, 7));
  assert.ok(append(curve, 30, 7));
  assert.equal(curve.step.length, 4);
});

test('what a fetched bucket of a sparse signal has already is not counted twice', () => {
  const curve = toSeries({ step: [0, 100], min: [1, 1], max: [3, 3], mean: [2, 2], count: [10, 10] });
  curve.known = 199;
  for (let step = 110; step <= 190; step += 10) append(curve, step, 9);
  assert.deepEqual([curve.mean[1], curve.count[1], curve.max[1]], [2, 10, 9]);
});
