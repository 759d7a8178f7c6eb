// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { bucketsCsv, fileName } from '../../main/resources/web/js/chart-export.js';

const line = (layer, segment, step, mean) => ({
  layer, segment, series: { step, mean, min: mean.map((v) => v - 1), max: mean.map((v) => v + 1), count: step.map(() => 2) },
});

test('a file has every bucket of every line', () => {
  const csv = bucketsCsv([line(null, 0, [1, 2], [5, 6]), line('3', 1, [2], [7.5])], { run: 'r' });
  assert.deepEqual(csv.split('\r\n'), [
    'run,layer,segment,step,min,max,mean,count', 'r,,0,1,4,6,5,2', 'r,,0,2,5,7,6,2', 'r,3,1,2,6.5,8.5,7.5,2', '',
  ]);
});

test('a missing value is an empty cell', () => {
  const csv = bucketsCsv([{ layer: null, segment: 0, series: { step: [1], mean: [null], min: [null], max: [null], count: [1] } }]);
  assert.equal(csv.split('\r\n')[1], ',0,1,,,,1');
});

test('names with commas and quotes are quoted, and no name becomes a formula', () => {
  const csv = bucketsCsv([line('=1+1', 0, [1], [1])], { run: 'a,"b"' });
  assert.match(csv.split('\r\n')[1], /^"a,""b""",'=1\+1,0,1,/);
});

test('a file has a name that every system takes', () => {
  assert.equal(fileName(['a/b: <c>', 'train_step.kl'], 'csv'), 'a_b_c_-train_step.kl.csv');
  assert.equal(fileName(['../..'], 'png'), 'chart.png');
  assert.equal(fileName(['Lauf é'], 'svg'), 'Lauf_é.svg');
});
