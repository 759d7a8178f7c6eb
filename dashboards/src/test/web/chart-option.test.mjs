// SPDX-License-Identifier: Apache-2.0
import test from 'node:test';
import assert from 'node:assert/strict';
import { chartOption } from '../../main/resources/web/js/chart-option.js';

const colors = { ramp: [], font: 'x', muted: 'grey' };
const model = {
  chart: { field: 'loss', measurement: 'train_step', title: 'Loss' },
  lines: [], marks: [], evaluations: [], nonfinite: [], next: null, expected: null, range: {}, lastStep: 20,
  events: [{ step: 10, message: 'a note' }],
};
const data = (option, id) => option.series.find((series) => series.id === id).data;

test('a chart of a signal that the run does not send says so, and has no marks of events', () => {
  const option = chartOption(model, colors);
  assert.equal(option.title.show, true);
  assert.equal(option.title.text, 'This run does not send it.');
  assert.equal(data(option, 'events').length, 0);
});

test('a chart with values has the marks of events', () => {
  const series = { step: [1, 20], mean: [2, 1], min: [2, 1], max: [2, 1], count: [1, 1] };
  const option = chartOption({ ...model, lines: [{ layer: null, segment: 0, dead: false, series }] }, colors);
  assert.equal(option.title.show, false);
  assert.equal(data(option, 'events').length, 1);
});

test('the name of the step axis stays at the bottom where values are negative', () => {
  assert.equal(chartOption(model, colors).xAxis.axisLine.onZero, false);
});

test('the vertical axis reaches as far as the extremes, not only as the means', () => {
  const series = { step: [1, 11], mean: [2, 2], min: [1, 2], max: [2, 90], count: [10, 10] };
  const option = chartOption({ ...model, lines: [{ layer: null, segment: 0, dead: false, series }] }, colors);
  const bands = option.series.find((s) => s.id === 'bands');
  assert.deepEqual(bands.encode.y.map((column) => bands.data[0][column]), [1, 90]);
});

test('so does that of many young layers, whose curves have no bands', () => {
  const falling = { step: [1, 2], mean: [4, 1], min: [4, 1], max: [4, 1], count: [1, 1] };
  const lines = Array.from({ length: 40 }, (_, layer) => ({ layer: String(layer), segment: 0, dead: false, series: falling }));
  const option = chartOption({ ...model, lines }, { ...colors, ramp: ['#000000', '#ffffff'] });
  const many = option.series.find((s) => s.id === 'live-many');
  assert.deepEqual(many.encode.y.map((column) => many.data[0][column]), [1, 4]);
});
