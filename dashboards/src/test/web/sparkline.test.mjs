// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { HEIGHT, sparkPaths, sparkText, WIDTH } from '../../main/resources/web/js/list/sparkline.js';

const ys = (line) => [...line.matchAll(/[ML][\d.]+ ([\d.]+)/g)].map((m) => Number(m[1]));

test('the curve fills its box, the highest value on top', () => {
  assert.equal(sparkPaths([3, 1, 2]).line, `M2 2L${WIDTH / 2} ${HEIGHT - 2}L${WIDTH - 2} ${HEIGHT / 2}`);
});

test('values that are not finite break the line and are marked', () => {
  const { line, gaps } = sparkPaths([null, 4, null, 3, 2, null]);
  assert.equal(line.match(/M/g).length, 2);
  assert.match(line, /^M[\d.]+ [\d.]+h2M/, 'a lone value is a dot');
  assert.equal(gaps.match(/M/g).length, 3);
});

test('one wild value leaves the others visible', () => {
  const [first, , spike, , last] = ys(sparkPaths([11, 6, 1e8, 3, 2]).line);
  assert.equal(spike, 2);
  assert.ok(last - first > 1.5, 'the fall from 11 to 2 is still a fall');
});

test('few, equal and negative values are drawn', () => {
  assert.deepEqual(sparkPaths([]), { line: '', gaps: '' });
  assert.equal(sparkPaths([null, null]).line, '');
  assert.equal(sparkPaths([5]).line, `M${WIDTH / 2} ${HEIGHT / 2}h2`);
  assert.deepEqual(ys(sparkPaths([2, 2]).line), [HEIGHT / 2, HEIGHT / 2]);
  assert.deepEqual(ys(sparkPaths([-1e6, 0, 1]).line).map(Number.isFinite), [true, true, true]);
});

test('the curve can be read out', () => {
  assert.equal(sparkText([4.2, 3, 2.1]), 'loss from 4.200 to 2.100');
  assert.equal(sparkText([4.2, null, 9.7, 2.1, null]), 'loss from 4.200 to 2.100, highest 9.700, not finite now');
  assert.equal(sparkText([4.2, null, 2.1]), 'loss from 4.200 to 2.100, not finite at times');
  assert.equal(sparkText([null]), 'no finite loss');
  assert.equal(sparkText([]), 'no loss yet');
});
