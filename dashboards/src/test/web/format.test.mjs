// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ago, count, interval, layerName, number, percent, short } from '../../main/resources/web/js/format.js';

const THIN = '\u202f';

test('absent and non-finite values read as a dash, never as zero', () => {
  for (const absent of [null, undefined, NaN, Infinity, '3']) {
    assert.equal(number(absent), '–');
    assert.equal(count(absent), '–');
    assert.equal(percent(absent), '–');
  }
  assert.equal(number(0), '0');
});

test('measurements keep their significant digits', () => {
  assert.equal(number(2.56349), '2.563');
  assert.equal(number(12345.6), `12${THIN}346`);
  assert.equal(number(4.2e-7), '4.2×10⁻⁷');
  assert.equal(number(-0.5, 2), '−0.50');
});

test('counts, probabilities and intervals', () => {
  assert.equal(short(10_900_000), `10.9${THIN}M`);
  assert.equal(percent(0.999), `> 99${THIN}%`);
  assert.equal(percent(1), `100${THIN}%`);
  assert.equal(interval(120, 260), '120–260');
  assert.equal(interval(120, null), '120 or more');
});

test('times and layers in words', () => {
  assert.equal(ago(0, 89_000), '89 s ago');
  assert.equal(ago(0, 120_000), '2 min ago');
  assert.equal(layerName('3'), 'layer 3');
  assert.equal(layerName('head'), 'output head');
});
