// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { toSeries } from '../../main/resources/web/js/buckets.js';
import { comparisonAxis } from '../../main/resources/web/js/compare/compare-axis.js';
import { comparisonQuery, MOST_RUNS, readComparison, withoutRun, withRun } from '../../main/resources/web/js/compare/compare-link.js';
import { csvRows, groupCurves, rowText, runCurves, stepsOf, valuesAt } from '../../main/resources/web/js/compare/compare-model.js';
import { apart } from '../../main/resources/web/js/compare/compare-option.js';
import { configurationFields, groupsBy, valueText } from '../../main/resources/web/js/compare/config-difference.js';
import { groupCurve } from '../../main/resources/web/js/compare/group-curve.js';
import { overLayers } from '../../main/resources/web/js/compare/layer-curve.js';
import { lookOf } from '../../main/resources/web/js/compare/run-look.js';
import { unitedSignals } from '../../main/resources/web/js/compare/signal-choice.js';

const series = (step, mean, min = mean, max = mean) => toSeries({ step, mean, min, max, count: step.map(() => 1) });

test('a link restores the whole comparison', () => {
  const query = 'runs=a%2Cb,,%3Cc%3E%2F%3F%25&charts=train_step.my%20metric,train_layer.output_rms@3&x=relative'
    + '&smooth=0.9&group=learning_rate&log=loss&linear=grad_norm&from=0.5&to=100';
  const state = readComparison(query);
  assert.deepEqual(state.places, ['a,b', null, '<c>/?%']);
  assert.deepEqual(state.charts, [{ name: 'train_step.my metric', layer: null }, { name: 'train_layer.output_rms', layer: '3' }]);
  assert.deepEqual(state.range, { from: 0.5, to: 100 });
  assert.equal(comparisonQuery(state), query);
});

test('a link without choices has the usual ones, and a link that was cut does no harm', () => {
  const state = readComparison('runs=a,%E4%,a,b');
  assert.deepEqual(state.places, ['a', null, null, 'b']);
  assert.deepEqual(state.charts.map(({ name }) => name), ['loss', 'grad_norm']);
  assert.deepEqual(state.log, []);
  assert.equal(comparisonQuery(state), 'runs=a,,,b');
  assert.equal(readComparison('smooth=7&x=phase').smooth, 0.99);
  assert.equal(readComparison('x=phase').x, 'step');
  assert.deepEqual(readComparison('charts=train_step.loss,none,kl.,train_step.kl').charts.map(({ name }) => name), ['loss', 'train_step.kl']);
});

test('a run keeps its place while others come and go', () => {
  const places = withoutRun(['a', 'b', 'c'], 'b');
  assert.deepEqual(places, ['a', null, 'c']);
  assert.deepEqual(withRun(places, 'd'), ['a', 'd', 'c']);
  assert.deepEqual(withRun(places, 'c'), places);
  assert.deepEqual(withoutRun(places, 'c'), ['a']);
});

test('more runs than can be compared are counted and left out', () => {
  const names = Array.from({ length: MOST_RUNS + 3 }, (_, i) => `r${i}`);
  const state = readComparison(`runs=${names.join()}`);
  assert.equal(state.places.length, MOST_RUNS);
  assert.equal(state.dropped, 3);
  assert.equal(withRun(state.places, 'other').length, MOST_RUNS);
});

test('no two of the most runs look the same', () => {
  const looks = Array.from({ length: MOST_RUNS }, (_, i) => lookOf(i, ['1', '2', '3', '4', '5', '6', '7', '8']));
  assert.equal(new Set(looks.map(({ color, dash }) => `${color} ${dash}`)).size, MOST_RUNS);
});

test('a field differs when a value differs or is missing', () => {
  const fields = configurationFields([{ a: 1, b: 2, tags: 'x' }, { a: 1, b: 3, c: false }]);
  assert.deepEqual(fields, [
    { field: 'a', values: [1, 1], differs: false },
    { field: 'b', values: [2, 3], differs: true },
    { field: 'c', values: [undefined, false], differs: true },
  ]);
});

test('values read as people write them', () => {
  assert.deepEqual([undefined, null, 0.001, 3e-5, 1234567, true, '<b>', 0.1234567].map(valueText),
    ['–', '–', '0.001', '3×10⁻⁵', '1\u202f234\u202f567', 'true', '<b>', '0.123457']);
});

test('groups are in the order of their values, runs without the field last', () => {
  const groups = groupsBy([{ lr: 0.1 }, {}, { lr: 0.01 }, { lr: 0.1 }], 'lr');
  assert.deepEqual(groups, [{ value: 0.01, members: [2] }, { value: 0.1, members: [0, 3] }, { value: undefined, members: [1] }]);
});

test('a group has the mean over its runs where they have values, interpolated between steps', () => {
  const every = [[0, 0, 0, 0], [10, 10, 10, 10]];
  const shorter = [[0, 2, 2, 2], [5, 2, 2, 2]];
  assert.deepEqual(groupCurve([every, shorter], 5), [
    [0, 1, 0, 2, 2], [2.5, 2.25, 2, 2.5, 2], [5, 3.5, 2, 5, 2], [7.5, 7.5, 7.5, 7.5, 1], [10, 10, 10, 10, 1],
  ]);
});

test('a spike between two places of the grid stays in the band', () => {
  const rows = Array.from({ length: 101 }, (_, x) => [x, 1, 1, x === 42 ? 99 : 1]);
  const curve = groupCurve([rows, [[0, 1, 1, 1], [100, 1, 1, 1]]], 11);
  assert.equal(Math.max(...curve.map((row) => row[3])), 99);
});

test('a gap of all runs stays a gap, and a single point is a curve', () => {
  const curve = groupCurve([[[0, 1, 1, 1], [1, 1, 1, 1], null, [9, 1, 1, 1], [10, 1, 1, 1]]], 11);
  assert.deepEqual(curve.map((row) => row !== null), [true, true, ...Array(7).fill(false), true, true]);
  assert.deepEqual(groupCurve([[[5, 3, 3, 3]]], 11), [[5, 3, 3, 3, 1]]);
  assert.deepEqual(groupCurve([[], []], 11), []);
});

test('layers become one curve of the highest or the lowest', () => {
  const layers = [series([1, 2], [5, 1], [4, 0], [6, 2]), series([1, 2, 3], [3, 3, 3])];
  const highest = overLayers(layers, null);
  assert.deepEqual([highest.step, highest.mean, highest.max], [[1, 2, 3], [5, 3, 3], [6, 3, 3]]);
  assert.deepEqual(overLayers(layers, 'lowest').mean, [3, 1, 3]);
  assert.deepEqual(overLayers([], null).step, []);
});

const run = (key, data, place = (steps) => steps) => ({ key, name: key, look: {}, series: data, place, missing: [2] });

test('curves lie where the axis puts their steps; runs without values have none', () => {
  const curves = runCurves([run('a', series([1, 2], [3, 4]), (steps) => steps.map((s) => 10 * s)), run('b', series([], []))],
    { log: false, smooth: 0, unit: 1 });
  assert.equal(curves.length, 1);
  assert.deepEqual(curves[0].rows, [[10, 3, 3, 3], [20, 4, 4, 4]]);
  assert.deepEqual(curves[0].missing, [20]);
  assert.equal(curves[0].raw, null);
});

test('smoothing keeps the raw values beside the curve', () => {
  const [curve] = runCurves([run('a', series([1, 2, 3], [1, 9, 1]))], { log: false, smooth: 0.9, unit: 1 });
  assert.ok(curve.rows[1][1] < 9 && curve.rows[1][3] === 9);
  assert.equal(curve.raw[1][1], 9);
});

test('the values at a place are sorted, without runs that ended before', () => {
  const curves = runCurves([run('low', series([1, 2, 3], [1, 1, 1])), run('high', series([1, 2, 3], [5, 5, 5])), run('ended', series([1, 1.5], [9, 9]))],
    { log: false, smooth: 0, unit: 1 });
  assert.deepEqual(valuesAt(curves, 3).map(({ curve }) => curve.name), ['high', 'low']);
  assert.equal(rowText([1, 2, 1, 3]), '2.000 (1.00–3.00)');
  assert.equal(rowText([1, 2, 2, 2, 1]), '2.000, 1 run');
});

test('groups draw the curves of their members only', () => {
  const curves = runCurves([run('a', series([1, 2], [1, 1])), run('b', series([1, 2], [3, 3]))], { log: false, smooth: 0, unit: 1 });
  const [group, ...others] = groupCurves(curves, [{ key: 'g', members: ['a', 'b'] }, { key: 'none', members: ['c'] }]);
  assert.equal(others.length, 0);
  assert.equal(group.rows[0][1], 2);
  assert.deepEqual(stepsOf([run('a', series([3, 9], [1, 1])), run('b', series([], []))]), { from: 3, to: 9 });
});

test('relative time has one unit for all runs and begins with each', () => {
  const times = (from, hours) => series([1, 101], [from, from + hours * 3600]);
  const axis = comparisonAxis('relative', [
    { key: 'a', steps: times(1e9, 1), batchTokens: undefined },
    { key: 'b', steps: times(2e9, 10), batchTokens: undefined },
    { key: 'c', steps: series([], []), batchTokens: 5 },
  ]);
  assert.equal(axis.name, 'hours');
  assert.deepEqual(axis.place('a')([1, 101]), [0, 1]);
  assert.deepEqual(axis.place('b')([1, 101]), [0, 10]);
  assert.equal(axis.lacking, 1);
  assert.ok(!axis.holds('c'));
  assert.deepEqual(axis.stepsOf('b', { from: 5, to: null }), { from: 51, to: null });
  assert.equal(axis.toLink(axis.fromLink(90)), 90);
});

test('tokens come from the run, otherwise from the size of its batches', () => {
  const axis = comparisonAxis('tokens', [
    { key: 'sent', steps: series([1, 3], [100, 300]) }, { key: 'reckoned', steps: series([], []), batchTokens: 7 },
  ]);
  assert.deepEqual(axis.place('sent')([1, 2]), [100, 200]);
  assert.deepEqual(axis.place('reckoned')([1, 2]), [7, 14]);
  assert.equal(axis.lacking, 0);
});

test('numbers at the ends of lines never lie on one another', () => {
  const moved = apart([[100, 50], [100, 50], [100, 52], [300, 50]]);
  const near = moved.slice(0, 3).map(([, y]) => y).sort((a, b) => a - b);
  assert.ok(near[1] - near[0] >= 11 && near[2] - near[1] >= 11, String(near));
  assert.deepEqual(moved[3], [300, 50]);
});

test('the signals of several runs are one list with counts', () => {
  const loss = { measurement: 'train_step', name: 'loss' };
  assert.deepEqual(unitedSignals([[loss], [loss, { measurement: 'gpu', name: 'heat' }]]).map(({ name, runs }) => [name, runs]),
    [['loss', 2], ['heat', 1]]);
});

test('a file has the buckets of runs as they were read, or the grid of groups', () => {
  const curves = runCurves([run('a,b', series([1, 2], [3, 4], [2, 4], [5, 4]))], { log: false, smooth: 0.5, unit: 1 });
  assert.deepEqual(csvRows(curves, { kind: 'step' }),
    [['run', 'step', 'min', 'max', 'mean', 'count'], ['a,b', 1, 2, 5, 3, 1], ['a,b', 2, 4, 4, 4, 1]]);
  assert.deepEqual(csvRows(curves, { kind: 'time' })[1].slice(0, 3), ['a,b', 1, '1970-01-01T00:00:00.001Z']);
  const groups = groupCurves(curves, [{ key: 'g', name: 'lr = 1', members: ['a,b'] }]);
  assert.deepEqual(csvRows(groups, { kind: 'relative', name: 'hours' })[0], ['group', 'hours', 'mean', 'min', 'max', 'runs']);
});
