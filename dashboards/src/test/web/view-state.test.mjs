// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  arranged, isLog, moved, PLAIN, readView, shownCharts, viewQuery, withHeat, withLog, withoutLayout, withView,
} from '../../main/resources/web/js/view-state.js';
import { FIXED_NAMES } from '../../main/resources/web/js/signals.js';

const again = (view) => readView(viewQuery(view).slice(1));

test('a link without a query is the plain page, and the plain page needs none', () => {
  assert.deepEqual(readView(''), PLAIN);
  assert.equal(viewQuery(PLAIN), '');
  assert.deepEqual(shownCharts(PLAIN), FIXED_NAMES);
});

test('a link restores a view exactly, whatever the names hold', () => {
  const view = {
    charts: ['gpu.temp.max', 'own.a,b&c=d é?#%:', 'loss'], hide: ['update_rms'], only: [], log: ['loss'], linear: ['grad_norm'],
    heat: new Map([['attention_logit_max', null], ['own.x:y', 'embedding']]),
    x: 'relative', smooth: 0.95, from: 10, to: 99, open: ['config', 'incident:a/b,7'], rest: ['later=1'],
  };
  assert.deepEqual(again(view), view);
  assert.deepEqual(again({ ...PLAIN, charts: [] }), { ...PLAIN, charts: [] });
});

test('links of earlier versions show the six and then the chosen ones', () => {
  const view = readView('charts=train_step.kl,gpu.temperature');
  assert.deepEqual(shownCharts(view), [...FIXED_NAMES, 'train_step.kl', 'gpu.temperature']);
});

test('what has no sense is left out, what is not known is kept', () => {
  const view = readView('charts=nothing,.x,a.b,a.b,%E0&x=moon&smooth=nan&from=9&to=3&smoothly=yes&flag');
  assert.deepEqual(view, { ...PLAIN, charts: ['a.b'], rest: ['smoothly=yes', 'flag'] });
  assert.equal(viewQuery(view), '?charts=a.b&smoothly=yes&flag');
  assert.equal(readView('smooth=7').smooth, 0.99);
  assert.equal(readView('from=-1').from, null);
});

test('an address keeps its page and its run', () => {
  const view = { ...PLAIN, x: 'time' };
  assert.equal(withView('http://h/?embed#/runs/a%2Fb%3Fc?smooth=0.5', view), 'http://h/?embed#/runs/a%2Fb%3Fc?x=time');
  assert.equal(withView('http://h/#/runs/a', PLAIN), 'http://h/#/runs/a');
});

test('any order can be had, and only what differs from the usual one is named', () => {
  const [logits, loss, gradient, ...others] = FIXED_NAMES;
  assert.deepEqual(arranged(PLAIN, [...FIXED_NAMES, 'a.b']).charts, ['a.b']);
  for (const names of [
    [logits, loss, 'a.b', gradient, ...others], [gradient, logits, loss, ...others], ['a.b'], [], [loss, 'a.b', logits],
  ]) {
    const view = arranged(PLAIN, names);
    assert.deepEqual(shownCharts(view), names);
    assert.deepEqual(shownCharts(again(view)), names);
  }
});

test('a chart moves one place and stops at the ends', () => {
  assert.deepEqual(moved(['a', 'b', 'c'], 'b', -1), ['b', 'a', 'c']);
  assert.deepEqual(moved(['a', 'b', 'c'], 'b', 1), ['a', 'c', 'b']);
  assert.deepEqual(moved(['a', 'b', 'c'], 'a', -1), ['a', 'b', 'c']);
  assert.deepEqual(moved(['a', 'b', 'c'], 'c', 1), ['a', 'b', 'c']);
});

test('only some charts are shown until they are arranged', () => {
  const view = readView('only=loss,train_step.kl');
  assert.deepEqual(shownCharts(view), ['loss', 'train_step.kl']);
  assert.deepEqual(shownCharts(arranged(view, ['loss'])), ['loss']);
});

test('a scale is named only where it is not the usual one', () => {
  const log = withLog(PLAIN, 'loss', false, true);
  assert.equal(viewQuery(log), '?log=loss');
  assert.equal(isLog(log, 'loss', false), true);
  const linear = withLog(PLAIN, 'grad_norm', true, false);
  assert.equal(viewQuery(linear), '?linear=grad_norm');
  assert.equal(isLog(linear, 'grad_norm', true), false);
  assert.deepEqual(withLog(log, 'loss', false, false), PLAIN);
});

test('a heat map is of all layers, of the heads of one, or none', () => {
  assert.equal(viewQuery(withHeat(PLAIN, 'attention_entropy', null)), '?heat=attention_entropy');
  const heads = withHeat(PLAIN, 'attention_entropy', '3');
  assert.equal(viewQuery(heads), '?heat=attention_entropy:3');
  assert.deepEqual(withHeat(heads, 'attention_entropy', undefined), PLAIN);
});

test('a layout is reset without a change of what is drawn in it', () => {
  const view = readView('charts=a.b&hide=loss&log=a.b&heat=x.y&from=5&smooth=0.5&x=time');
  assert.deepEqual(withoutLayout(view), { ...PLAIN, from: 5, smooth: 0.5, x: 'time' });
});
