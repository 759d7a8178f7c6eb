// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  CHARTS, chartName, chartOf, fieldsOf, FIXED_NAMES, grouped, knownName, measurementsOf,
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

test('its measurement and field are asked for beside those of the six', () => {
  const charts = [...CHARTS, chartOf('gpu.temp.max'), chartOf('train_step.kl')];
  assert.deepEqual(measurementsOf(charts), ['train_layer', 'train_step', 'gpu']);
  assert.deepEqual(fieldsOf(charts, 'gpu'), ['temp.max']);
  assert.ok(fieldsOf(charts, 'train_step').includes('kl'));
  assert.ok(fieldsOf(charts, 'train_step').includes('nonfinite'));
});

test('the list is grouped by measurement and filtered by name', () => {
  assert.deepEqual(grouped([KL, HEAT], '').map((g) => g.measurement), ['train_step', 'gpu']);
  assert.deepEqual(grouped([KL, HEAT], ' TEMP').map((g) => g.signals.length), [1]);
  assert.deepEqual(grouped([KL, HEAT], 'nothing'), []);
});

test('one of the six has its short name, however it is written', () => {
  assert.equal(chartName({ measurement: 'train_step', name: 'loss' }), 'loss');
  assert.equal(knownName('train_step.loss'), 'loss');
  assert.equal(knownName('train_layer.update_rms'), 'train_layer.update_rms');
  assert.equal(chartOf('loss').title, 'Loss');
  assert.deepEqual(FIXED_NAMES, CHARTS.map((c) => c.field));
  for (const nonsense of ['', 'nothing', '.x', 'x.']) assert.equal(knownName(nonsense), null);
});
