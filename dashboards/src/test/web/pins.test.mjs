// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';

globalThis.sessionStorage = { getItem: () => null };
const { openingView, pinnedCharts, withPin } = await import('../../main/resources/web/js/pins.js');
const { PLAIN } = await import('../../main/resources/web/js/view-state.js');

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

test('a pin is set and taken off again', () => {
  assert.deepEqual(withPin(['e.f'], 'a.b'), ['e.f', 'a.b']);
  assert.deepEqual(withPin(['e.f', 'a.b'], 'e.f'), ['a.b']);
});

test('what a browser kept is not trusted', () => {
  assert.equal(pinnedCharts(null), null);
  assert.equal(pinnedCharts('{"no":1}'), null);
  assert.equal(pinnedCharts('no JSON'), null);
  assert.deepEqual(pinnedCharts('["a.b", 7, "loss", "train_step.loss", "nonsense", "a.b"]'), ['a.b']);
  assert.deepEqual(pinnedCharts('[]'), []);
});
