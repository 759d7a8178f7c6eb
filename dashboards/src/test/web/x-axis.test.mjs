// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { axisChoices, axisField, stepMap, STEPS, xAxis } from '../../main/resources/web/js/x-axis.js';

const series = (step, min) => ({ step, min, max: min, mean: min, count: step.map(() => 1) });
const segment = (index, from, to, aliveTo = Infinity) => ({ index, aliveTo, series: series(from, to) });
const near = (a, b) => assert.ok(Math.abs(a - b) < 1e-9 * Math.max(1, Math.abs(b)), `${a} is not ${b}`);

test('a step lies between the buckets as it does between their steps', () => {
  const map = stepMap(series([10, 20, 40], [100, 300, 500]));
  assert.deepEqual([10, 15, 20, 30, 40].map(map.at), [100, 200, 300, 400, 500]);
  assert.deepEqual(map.column([10, 15, 30, 40]), [100, 200, 400, 500]);
  assert.deepEqual([100, 200, 400].map(map.stepAt), [10, 15, 30]);
});

test('beyond the ends a map goes on as steep as the whole', () => {
  const map = stepMap(series([10, 20], [100, 200]));
  assert.deepEqual(map.column([0, 30]), [0, 300]);
  assert.deepEqual([0, 300].map(map.stepAt), [0, 30]);
});

test('a map never falls: times of a clock that was set back are lifted', () => {
  const map = stepMap(series([1, 2, 3, 4], [10, 30, 20, 40]));
  assert.deepEqual(map.column([1, 2, 3, 4]), [10, 30, 30, 40]);
});

test('a map needs one value at least, and takes one', () => {
  assert.equal(stepMap(undefined), null);
  assert.equal(stepMap(series([5], [null])), null);
  assert.equal(stepMap(series([5], [70])).at(9), 70);
});

test('over tokens a segment has the map of its own tokens, another one that of the newest', () => {
  const axis = xAxis('tokens', [segment(0, [1, 11], [0, 100], 6), segment(1, [6, 16], [50, 250])]);
  assert.equal(axis.at(11, 0), 100);
  assert.equal(axis.at(11, 1), 150);
  assert.equal(axis.at(11, null), 150);
  assert.equal(axis.stepAt(150), 11);
  assert.match(axis.text(150), /^150 tokens · step 11$/);
});

test('without tokens the size of a batch makes the axis, and without both there is none', () => {
  const axis = xAxis('tokens', [], { batchTokens: 1000 });
  assert.deepEqual(axis.column([1, 2]), [1000, 2000]);
  assert.equal(axis.stepAt(3000), 3);
  assert.equal(xAxis('tokens', [segment(0, [], [])]), null);
  assert.equal(xAxis('time', [], { batchTokens: 1000 }), null);
});

test('the clock is in milliseconds, and a rolled-back part lies before the one that replaced it', () => {
  const axis = xAxis('time', [segment(0, [1, 61], [1e9, 1e9 + 60], 30), segment(1, [31, 91], [1e9 + 100, 1e9 + 160])]);
  assert.equal(axis.type, 'time');
  assert.equal(axis.at(61, 0), (1e9 + 60) * 1000);
  assert.equal(axis.at(61, 1), (1e9 + 130) * 1000);
  near(axis.stepAt((1e9 + 130) * 1000), 61);
  near(axis.stepAt((1e9 + 10) * 1000), 11);
});

test('relative time begins with the first line, in a unit that fits the run', () => {
  const axis = xAxis('relative', [segment(0, [1, 101], [1e9, 1e9 + 36000])]);
  assert.equal(axis.name, 'hours');
  assert.equal(axis.at(1, 0), 0);
  near(axis.at(101, 0), 10);
  near(axis.stepAt(5), 51);
  assert.equal(xAxis('relative', [segment(0, [1, 2], [0, 10])]).name, 'seconds');
  assert.equal(xAxis('relative', [segment(0, [1, 2], [0, 3e6])]).name, 'days');
});

test('a branch that the live run does not stand on says nothing about the steps of a place', () => {
  const axis = xAxis('time', [segment(0, [1, 11], [0, 10], 5), segment(1, [5, 25], [20, 40], -Infinity), segment(2, [5, 25], [50, 70])]);
  near(axis.stepAt(30e3), 31); // the first segment's map goes on
});

test('over steps nothing is mapped', () => {
  assert.equal(xAxis('step', []), STEPS);
  assert.equal(axisField('step'), null);
  assert.equal(axisField('relative'), 'time');
  assert.equal(STEPS.tick(1.5), '');
});

test('an axis that cannot be had says why', () => {
  assert.deepEqual(axisChoices({ tokens: true, time: true }).map((c) => c.reason), [null, null, null, null]);
  const [steps, tokens, time] = axisChoices({ tokens: false, time: false, batchTokens: undefined });
  assert.equal(steps.reason, null);
  assert.match(tokens.reason, /neither tokens nor batch_tokens/);
  assert.match(time.reason, /no times/);
  assert.equal(axisChoices({ tokens: false, time: false, batchTokens: 512 })[1].reason, null);
});
