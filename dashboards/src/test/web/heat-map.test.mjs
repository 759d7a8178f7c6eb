// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { cellAt, heatRows } from '../../main/resources/web/js/heat-map.js';

const line = (layer, mean, more = {}) => ({
  layer, segment: 0, dead: false,
  series: { step: mean.map((v, i) => i + 1), mean, min: mean, max: mean, count: mean.map(() => 1), ...more.series },
  ...more.line,
});
const ten = Array.from({ length: 10 }, () => 8);
const near = (a, b) => assert.ok(Math.abs(a - b) < 1e-9, `${a} is not ${b}`);

test('a value is held against the median of its own layer’s past', () => {
  const [calm, wild] = heatRows([line('0', [...ten, 8]), line('1', [...ten, 32])]);
  assert.equal(calm.change.at(-1), 0);
  assert.equal(wild.change.at(-1), 2);
});

test('a layer of other size but the same course has the same colours', () => {
  const course = [1, 1, 1, 2, 4, 1];
  const [small, large] = heatRows([line('0', course), line('1', course.map((v) => v * 1000))]);
  small.change.forEach((change, i) => (change === null ? assert.equal(large.change[i], null) : near(change, large.change[i])));
});

test('the past is short: a level that stays becomes the new one', () => {
  const [{ change }] = heatRows([line('0', [...ten, ...Array.from({ length: 60 }, () => 80)])]);
  near(change[10], Math.log2(10));
  assert.equal(change.at(-1), 0);
});

test('the first values have no past, and a logarithm of 0 or less has no sense', () => {
  const [{ change }] = heatRows([line('0', [1, 1, 1, 1, 0, -1])]);
  assert.deepEqual(change.slice(0, 4), [null, null, null, 0]);
  assert.deepEqual(change.slice(4), [null, null]);
});

test('a spike of one step in a wide bucket is seen', () => {
  const [{ change, value }] = heatRows([line('0', ten, { series: { max: [...ten.slice(1), 128] } })]);
  assert.equal(change.at(-1), 4);
  assert.equal(value.at(-1), 128);
  const [down] = heatRows([line('0', ten, { series: { min: [...ten.slice(1), 1] } })]);
  assert.equal(down.change.at(-1), -3);
});

test('a spread that is always there changes nothing', () => {
  const [{ change }] = heatRows([line('0', ten, { series: { min: ten.map((v) => v / 2), max: ten.map((v) => v * 3) } })]);
  assert.deepEqual(change.slice(3), [0, 0, 0, 0, 0, 0, 0]);
});

test('rows go from the first layer to the last, without what was rolled back', () => {
  const rows = heatRows([line('head', ten), line('10', ten), line('2', ten, { line: { dead: true } }), line('9', ten), line('embedding', ten)]);
  assert.deepEqual(rows.map((r) => r.layer), ['embedding', '9', '10', 'head']);
});

test('a cell reaches to the next bucket, but not across a hole', () => {
  const [row] = heatRows([line('0', [1, 1, 1, 1], { series: { step: [1, 2, 3, 9] } })]);
  assert.deepEqual(row.x, [1, 2, 3, 9]);
  assert.deepEqual(row.to.map(Math.round), [2, 3, 4, 10]);
  assert.equal(cellAt(row, 2.5), 1);
  assert.equal(cellAt(row, 6), -1);
  assert.equal(cellAt(row, 0), -1);
});

test('segments that the run stands on make one row with one past', () => {
  const later = line('0', [16], { series: { step: [11] }, line: { segment: 1 } });
  const [{ change }] = heatRows([line('0', ten), later]);
  assert.equal(change.at(-1), 1);
});
