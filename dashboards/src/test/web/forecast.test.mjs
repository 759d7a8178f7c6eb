// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { axisEnd, crossing, forecastWords, geometry } from '../../main/resources/web/js/forecast.js';

const growth = (changes = {}) => ({
  open: true,
  kind: 'attention_logit_growth',
  latest: { layer: '2', step: 100, value: 50, threshold: 1e4, eta_steps: 80, eta_low: 60, eta_high: 120, ...changes },
});
const tips = [{ layer: '1', step: 105, value: 9 }, { layer: '2', step: 105, value: 70 }];

test('the forecast starts at the newest point and ends at the limit', () => {
  const next = crossing([growth()], null, tips, 105);
  assert.deepEqual([next.fromStep, next.fromValue, next.step, next.low, next.high], [105, 70, 180, 160, 220]);
  assert.deepEqual(geometry(next, 300).line, [[105, 70], [180, 1e4]]);
  assert.deepEqual(geometry(next, 300).band, [[105, 70], [160, 1e4], [220, 1e4]]);
});

test('an interval without end stays open', () => {
  const next = crossing([growth({ eta_high: null })], null, tips, 105);
  assert.deepEqual(geometry(next, 300).band.slice(2), [[300, 1e4], [300, 70]]);
});

test('a closed incident, a passed ETA and a logit beyond the limit are no forecast', () => {
  assert.equal(crossing([{ ...growth(), open: false }], null, tips, 105), null);
  assert.equal(crossing([growth({ eta_steps: 4 })], null, tips, 105), null);
  assert.equal(crossing([growth()], null, [{ layer: '2', step: 105, value: 2e4 }], 105), null);
});

test('an alarm that was not renewed for a quarter of its ETA says nothing about now', () => {
  assert.ok(crossing([growth()], null, tips, 120));
  assert.equal(crossing([growth()], null, tips, 121), null);
});

test('without an incident the run’s own forecast speaks for the highest layer', () => {
  const next = crossing([], { eta_steps: 40, low: 30, high: null }, tips, 105);
  assert.deepEqual([next.layer, next.step, next.high], ['2', 145, Infinity]);
});

test('the axis leaves room for the forecast, but never most of the chart', () => {
  assert.equal(axisEnd(0, 1000, null), 1000);
  assert.equal(axisEnd(0, 1000, { step: 1100, low: 1050, high: 1200 }), 1201);
  assert.equal(axisEnd(0, 1000, { step: 9000, low: 8000, high: 20000 }), 1501);
});

test('says in words what is expected, and when nothing can be said', () => {
  const next = crossing([growth()], null, tips, 105);
  assert.match(forecastWords({ probability: 0.82, horizon_steps: 200 }, next, 105).detail, /layer 2 cross 10.000 in 55–115 steps/);
  assert.equal(forecastWords({ probability: null }, null, 5).detail, 'Not enough steps yet for a forecast.');
  assert.equal(
    forecastWords({ probability: null, needs: 'learning_rate beside the loss' }, null, 500).detail,
    'No forecast: it needs learning_rate beside the loss.',
  );
  assert.equal(forecastWords({ probability: 0.001 }, null, 5).detail, 'No divergence in sight.');
});
