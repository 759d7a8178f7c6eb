// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  CHARTS, chartName, chartOf, chosenIn, chosenQuery, fieldsOf, grouped, isShown, measurementsOf,
} from '../../main/resources/web/js/signals.js';

const KL = { name: 'kl', measurement: 'train_step', unit: 'nats/token', definition: 'of the policy', judged_by: ['kl_rising'] };
const HEAT = { name: 'temp.max', measurement: 'gpu', unit: null, definition: null, judged_by: [] };

test('a signal of the contract has the chart of its definition', () => {
  const chart = chartOf('train_step.kl', KL);
  assert.equal(chart.field, 'kl');
  assert.equal(chart.unit, 'nats/token');
  assert.equal(chart.meaning, 'of the policy');
  assert.deepEqual(chart.kinds, ['kl_rising']);
});

test('any other number has one too, also before the API was asked', () => {
  const chart = chartOf(chartName(HEAT));
  assert.equal(chart.measurement, 'gpu');
  assert.equal(chart.field, 'temp.max');
  assert.equal(chart.meaning, 'The field temp.max of gpu, as the run sends it.');
});

test('its measurement and field are asked for beside those that are always shown', () => {
  const charts = [...CHARTS, chartOf('gpu.temp.max'), chartOf('train_step.kl')];
  assert.deepEqual(measurementsOf(charts), ['train_step', 'train_layer', 'gpu']);
  assert.deepEqual(fieldsOf(charts, 'gpu'), ['temp.max']);
  assert.ok(fieldsOf(charts, 'train_step').includes('kl'));
  assert.ok(fieldsOf(charts, 'train_step').includes('nonfinite'));
});

test('a link restores the choice, whatever the names hold', () => {
  for (const names of [[], ['train_step.kl'], ['gpu.temp.max', 'own.a,b&c=d é?#%']]) {
    assert.deepEqual(chosenIn(chosenQuery(names).slice(1)), names);
  }
  assert.deepEqual(chosenIn('charts=nothing,.x,a.b,a.b,%E0'), ['a.b']);
  assert.deepEqual(chosenIn(''), []);
});

test('the list is grouped by measurement and filtered by name', () => {
  assert.deepEqual(grouped([KL, HEAT], '').map((g) => g.measurement), ['train_step', 'gpu']);
  assert.deepEqual(grouped([KL, HEAT], ' TEMP').map((g) => g.signals.length), [1]);
  assert.deepEqual(grouped([KL, HEAT], 'nothing'), []);
});

test('signals with a chart of their own are known', () => {
  assert.equal(isShown({ measurement: 'train_step', name: 'loss' }), true);
  assert.equal(isShown(KL), false);
});
