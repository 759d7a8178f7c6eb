// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';

globalThis.sessionStorage = { getItem: () => null };
const { openingView, pinnedCharts, togglePin } = await import('../../main/resources/web/js/pins.js');
const { PLAIN } = await import('../../main/resources/web/js/view-state.js');

function storage(text = null) {
  return { text, getItem() { return this.text; }, setItem(key, value) { this.text = value; } };
}

test('what the link chose goes before the pins, these before the configuration, and that before the six', () => {
  const chosen = { ...PLAIN, charts: ['a.b'] };
  assert.equal(openingView(chosen, ['c.d'], ['e.f']), chosen);
  assert.deepEqual(openingView(PLAIN, ['c.d'], ['e.f']).charts, ['c.d']);
  assert.deepEqual(openingView(PLAIN, null, ['e.f']).charts, ['e.f']);
  assert.equal(openingView(PLAIN, null, []), PLAIN);
  assert.equal(openingView(PLAIN, [], ['e.f']), PLAIN); // all pins were taken off
  const embedded = { ...PLAIN, only: ['loss'] };
  assert.equal(openingView(embedded, ['c.d'], []), embedded);
});

test('a pin is kept in the browser and taken off again', () => {
  const kept = storage();
  assert.equal(pinnedCharts(kept), null);
  togglePin('a.b', ['e.f'], kept);
  assert.deepEqual(pinnedCharts(kept), ['e.f', 'a.b']);
  togglePin('e.f', ['e.f'], kept);
  togglePin('a.b', ['e.f'], kept);
  assert.deepEqual(pinnedCharts(kept), []);
});

test('what a browser kept is not trusted', () => {
  assert.equal(pinnedCharts(storage('{"no":1}')), null);
  assert.equal(pinnedCharts(storage('no JSON')), null);
  assert.deepEqual(pinnedCharts(storage('["a.b", 7, "loss", "train_step.loss", "nonsense", "a.b"]')), ['a.b']);
  assert.equal(pinnedCharts({ getItem() { throw new Error('denied'); } }), null);
});
