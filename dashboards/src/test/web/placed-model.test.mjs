// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { chartOption } from '../../main/resources/web/js/chart-option.js';
import { place } from '../../main/resources/web/js/placed-model.js';
import { xAxis } from '../../main/resources/web/js/x-axis.js';

const series = (step, mean) => ({ step, mean, min: mean, max: mean, count: step.map(() => 1) });
const colors = { ramp: ['#000000', '#ffffff'], font: 'x', muted: 'grey' };
const model = (more) => ({
  chart: { field: 'loss', measurement: 'train_step', title: 'Loss' },
  lines: [{ layer: null, segment: 0, dead: false, series: series([1, 2, 3, 4], [4, 3, 2, 1]) }],
  marks: [], events: [], evaluations: [], nonfinite: [], next: null, expected: null, range: {}, lastStep: 4, ...more,
});
const tokens = xAxis('tokens', [], { batchTokens: 100 });
const seriesOf = (option, id) => option.series.find((s) => s.id === id);

test('over steps everything is at its step', () => {
  const placed = place(model());
  assert.deepEqual([placed.first, placed.end], [1, 4]);
  assert.deepEqual(placed.lines[0].series.x, [1, 2, 3, 4]);
  assert.equal(place(placed), placed);
});

test('over tokens curves, marks, forecast and range are at their tokens', () => {
  const at = { step: 3, segment: 0 };
  const next = { layer: '0', fromStep: 4, fromValue: 1, step: 6, low: 5, high: Infinity, threshold: 10 };
  const placed = place(model({ axis: tokens, marks: [at], events: [at], evaluations: [at], nonfinite: [at], next, range: { from: 2, to: 8 } }));
  assert.deepEqual([placed.first, placed.end], [200, 800]);
  assert.deepEqual(placed.lines[0].series.x, [100, 200, 300, 400]);
  for (const marks of ['marks', 'events', 'evaluations', 'nonfinite']) assert.equal(placed[marks][0].x, 300);
  assert.deepEqual([placed.next.fromStep, placed.next.step, placed.next.low, placed.next.high], [400, 600, 500, Infinity]);
  assert.equal(placed.marks[0].step, 3);
});

test('the curve is drawn at its places, holes by its steps', () => {
  const lines = [{ layer: null, segment: 0, dead: false, series: series([1, 2, 3, 7], [4, 3, 2, 1]) }];
  const option = chartOption(model({ lines, axis: tokens }), colors);
  assert.deepEqual(seriesOf(option, 'live-all').data, [[100, 4], [200, 3], [300, 2], [null, null], [700, 1]]);
  assert.equal(option.xAxis.name, 'tokens');
});

test('a smoothed curve keeps the unsmoothed one and the band behind it', () => {
  const option = chartOption(model({ smoothing: { weight: 0.5, unit: 1 } }), colors);
  assert.deepEqual(seriesOf(option, 'raw-all').data.map(([, y]) => y), [4, 3, 2, 1]);
  assert.ok(seriesOf(option, 'raw-all').lineStyle.opacity < 0.5);
  const smooth = seriesOf(option, 'live-all').data.map(([, y]) => y);
  assert.ok(smooth[3] > 1 && smooth[3] < 2, String(smooth));
  assert.ok(seriesOf(option, 'bands'));
  assert.equal(seriesOf(chartOption(model(), colors), 'raw-all'), undefined);
});
