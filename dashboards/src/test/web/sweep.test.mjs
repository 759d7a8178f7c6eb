// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { borderOf, borderSizes, borderText } from '../../main/resources/web/js/sweep/stability-border.js';
import { configurationOf, settingsColumns } from '../../main/resources/web/js/sweep/sweep-columns.js';
import { commonSettings, COURSE, KIND, kindOf, NOT_COMPARED } from '../../main/resources/web/js/sweep/sweep-kind.js';
import { readSweep, sweepQuery } from '../../main/resources/web/js/sweep/sweep-link.js';
import { sweepOption } from '../../main/resources/web/js/sweep/sweep-option.js';
import { kindsOf, pointsOf } from '../../main/resources/web/js/sweep/sweep-points.js';

const USUAL = 'adamw without qk-layernorm';

const summary = (run, parameters, learningRate, loss, more = {}) => ({
  run, state: 'finished', last_step: 100, loss,
  configuration: { parameters, learning_rate: learningRate, total_steps: 100, ...more.configuration }, ...more.summary,
});

test('the rules of comparison are those of the predictors', () => {
  const java = (path) => readFileSync(new URL(`../../../../predictors/src/main/java/io/foreshock/predictors/${path}.java`, import.meta.url), 'utf8');
  const recipe = java('scaling/Recipe');
  const variants = [...java('telemetry/VariantField').matchAll(/^ {2}([A-Z_]+)\("([^"]*)"\)/gm)].map(([, name, usual]) => [name.toLowerCase(), usual]);
  const own = [...recipe.matchAll(/KIND\.put\(ConfigField\.([A-Z_]+)\.wireName\(\), "([^"]*)"\)/g)].map(([, name, usual]) => [name.toLowerCase(), usual]);
  assert.equal(variants.length, 7);
  assert.deepEqual(KIND, Object.fromEntries([...own, ...variants]));
  const names = (set) => [...new RegExp(`${set} =\\s+Set\\.of\\(([^;]+)\\);`).exec(recipe)[1].matchAll(/ConfigField\.([A-Z_]+)|"(\w+)"/g)]
    .map(([, field, text]) => text ?? field.toLowerCase()).sort();
  assert.deepEqual([...NOT_COMPARED].sort(), names('NOT_COMPARED'));
  assert.deepEqual([...COURSE].sort(), names('COURSE'));
});

test('a kind is named by its settings that are not usual', () => {
  assert.equal(kindOf({}), USUAL);
  assert.equal(kindOf({ optimizer: 'AdamW', qk_layernorm: false, attention_kappa: 0, experts: '0' }), USUAL);
  assert.equal(kindOf({ optimizer: 'lion', qk_layernorm: true }), 'optimizer = lion, qk_layernorm = true');
  const runs = [summary('a', 1, 1, 1, { configuration: { optimizer: 'lion' } }), summary('b', 1, 1, 1), summary('c', 1, 1, 1), { configuration: {} }];
  assert.deepEqual(kindsOf(runs),
    [{ kind: USUAL, runs: 2 }, { kind: 'optimizer = lion', runs: 1 }]);
});

test('the settings that most runs share are asked about, without size and learning rate', () => {
  const common = commonSettings([
    { total_steps: 100, width: 64, learning_rate: 0.1, schedule: 'cosine' }, { total_steps: 100, schedule: 'linear' }, { total_steps: 50 },
  ]);
  assert.deepEqual(common, { total_steps: 100 });
});

test('how runs ended: diverged, above a lower learning rate, healthy, in progress, unknown', () => {
  const { points } = pointsOf([
    summary('fine', 1e6, 0.001, 3.0),
    summary('best', 1e6, 0.003, 2.9),
    summary('above', 1e6, 0.03, 3.3),
    summary('blown', 1e6, 0.1, 9, { summary: { state: 'diverged' } }),
    summary('going', 1e6, 0.01, 3.5, { summary: { state: 'running', last_step: 50 } }),
    summary('killed', 2e6, 0.01, 4, { summary: { state: 'killed', last_step: 10 } }),
    summary('done though never said', 3e6, 0.01, 4, { summary: { state: 'stalled' } }),
    summary('nothing', 3e6, 0.02, null),
  ], USUAL);
  assert.deepEqual(Object.fromEntries(points.map(({ run, outcome }) => [run, outcome])), {
    fine: 'healthy', best: 'healthy', above: 'unstable', blown: 'diverged', going: 'running', killed: 'unknown',
    'done though never said': 'healthy', nothing: 'unknown',
  });
  assert.deepEqual(points.filter(({ best }) => best).map(({ run }) => run), ['best', 'done though never said']);
});

test('losses are compared within a size and a course only', () => {
  const { points } = pointsOf([
    summary('low', 1e6, 0.001, 2), summary('other size', 4e6, 0.01, 3), summary('shorter', 1e6, 0.01, 3, { configuration: { total_steps: 10 } }),
  ], USUAL);
  assert.ok(points.every(({ outcome }) => outcome === 'healthy'));
});

test('sizes are without embedding where all send them, and runs without size or learning rate are left out', () => {
  const core = (run, n) => summary(run, 2 * n, 0.1, 3, { configuration: { parameters_non_embedding: n } });
  assert.equal(pointsOf([core('a', 10), core('b', 20)], USUAL).field, 'parameters_non_embedding');
  const mixed = pointsOf([core('a', 10), summary('c', 50, 0.1, 3), summary('d', 50, 0, 3), summary('e', undefined, 0.1, 3)], USUAL);
  assert.equal(mixed.field, 'parameters');
  assert.deepEqual(mixed.points.map(({ run, size }) => [run, size]), [['a', 20], ['c', 50]]);
});

const preflight = (rate, { atLeast = false, low = 1e5, high = 1e6, verdict = 'stable', caveats = [] } = {}) => ({
  verdict, safe_learning_rate: rate, safe_up_to_the_highest: atLeast, caveats,
  basis: { settled: 12, lost: 3, smallest_parameters: low, largest_parameters: high, lowest_learning_rate: 1e-4 },
});

test('the border is asked for at 16 sizes, the ends of the tried ones among them', () => {
  const sizes = borderSizes([1e6, 1e5, 4e5]);
  assert.equal(sizes.length, 16);
  assert.ok(sizes.includes(1e5) && sizes.includes(1e6) && sizes[0] === 5e4 && sizes.at(-1) === 1e7, sizes.join());
  assert.deepEqual(sizes, [...sizes].sort((a, b) => a - b));
  assert.deepEqual(borderSizes([]), []);
  assert.ok(borderSizes([7]).every(Number.isInteger));
});

test('the part of the border outside of the tried sizes is a piece of its own that joins the other', () => {
  const sizes = [5e4, 1e5, 1e6, 1e7];
  const border = borderOf(sizes, [0.3, 0.2, 0.1, 0.01].map((rate) => preflight(rate)));
  assert.deepEqual(border.map(({ tried, rows }) => [tried, rows.map(([rate]) => rate)]),
    [[false, [0.3, 0.2]], [true, [0.2, 0.1]], [false, [0.1, 0.01]]]);
});

test('the border has a hole where no learning rate is safe', () => {
  const sizes = [1e5, 2e5, 4e5, 1e6];
  const border = borderOf(sizes, [preflight(0.1), preflight(0.1), preflight(null), preflight(0.1)]);
  assert.deepEqual(border.map(({ rows }) => rows.length), [2]);
  const text = borderText(sizes, [preflight(0.1), preflight(0.1), preflight(null), preflight(0.1)]).join(' ');
  assert.match(text, /^Predicted by 12 finished runs, 3 of them unstable\./);
  assert.match(text, /No learning rate from 10⁻⁴ on is known to be safe at 400.k parameters\./);
});

test('without enough runs there is no border, and words say why', () => {
  const none = preflight(null, { verdict: 'no_basis', caveats: ['1 finished run of this kind: expected at least 4'] });
  assert.deepEqual(borderOf([1e5, 1e6], [none, none]), []);
  assert.deepEqual(borderText([1e5, 1e6], [none, none]), ['No border can be predicted: 1 finished run of this kind: expected at least 4.']);
  assert.deepEqual(borderText([], []), []);
});

test('what the map shows is not said again, other caveats are, and a border that is only a lower bound says so', () => {
  const given = [preflight(0.1, { atLeast: true, caveats: ['the size is 5 times outside of those of the runs', 'none of these runs were unstable'] })];
  const text = borderText([1e5], given);
  assert.equal(text.length, 3);
  assert.match(text[1], /^At 100.k parameters the highest learning rate that was tried is still safe/);
  assert.equal(text[2], 'None of these runs were unstable.');
});

test('the map has a point per run, seeds beside one another, and every colour and sign', () => {
  const { points, field } = pointsOf([summary('a', 1e6, 0.1, 3), summary('b', 1e6, 0.1, 3), summary('c', 1e6, 0.01, 2)], USUAL);
  const option = sweepOption({ points, field, border: [], selected: new Set(['a']), read: true }, { panel: '#fff', ink: '#000', warning: '#f00' });
  const unstable = option.series.find(({ id }) => id === 'unstable').data;
  assert.deepEqual(unstable.map(({ name, symbolOffset }) => [name, symbolOffset[0]]), [['a', 0], ['b', 9]]);
  assert.equal(unstable[0].itemStyle.borderColor, '#000');
  assert.equal(option.series.find(({ id }) => id === 'best').data.length, 1);
});

test('a link restores filter, kind and selected runs', () => {
  const query = 'q=tag%3Asweep%20lr%3E1e-3&kind=optimizer%20%3D%20lion&selected=a%2Cb,c';
  const state = readSweep(query);
  assert.deepEqual([...state.selected], ['a,b', 'c']);
  assert.equal(state.filter, 'tag:sweep lr>1e-3');
  assert.equal(sweepQuery(state), query);
  assert.equal(sweepQuery(readSweep('')), '');
});

test('settings are read as columns: those that are needed first, no values of the run itself', () => {
  const many = Array.from({ length: 80 }, (_, i) => `setting_${i}`);
  const columns = settingsColumns(['loss', 'last.grad_norm', 'tags', 'a,b', 'width', ...many]);
  assert.equal(columns.length, 50);
  assert.deepEqual(columns.slice(0, 3), ['parameters', 'parameters_non_embedding', 'learning_rate']);
  assert.ok(columns.includes('width') && columns.includes('schedule'));
  assert.ok(!['loss', 'last.grad_norm', 'tags', 'a,b'].some((name) => columns.includes(name)));
  assert.deepEqual(configurationOf({ width: 64, optimizer: null, qk_layernorm: false }), { width: 64, qk_layernorm: false });
});
