// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { columnLabel, DEFAULT_COLUMNS, nextSort, offeredColumns, sortDirection, toggledColumn } from '../../main/resources/web/js/list/list-columns.js';

const KNOWN = [{ name: 'learning_rate', runs: 3 }, { name: 'last.grad_norm', runs: 2 }, { name: 'loss', runs: 3 }];

test('the chooser offers every column once, and finds it by name or heading', () => {
  const names = (text) => offeredColumns(KNOWN, text).map((c) => c.name);
  assert.deepEqual(names(''), [...DEFAULT_COLUMNS, 'learning_rate', 'last.grad_norm']);
  assert.deepEqual(names(' Grad '), ['last.grad_norm']);
  assert.deepEqual(names('learning rate'), ['learning_rate']);
  assert.deepEqual(names('nothing like it'), []);
});

test('a heading names a setting and a newest value in words', () => {
  assert.equal(columnLabel('last.grad_norm'), 'Newest grad norm');
  assert.equal(columnLabel('time'), 'Last seen');
});

test('a usual column returns to its place, and any other comes last', () => {
  const without = toggledColumn(DEFAULT_COLUMNS, 'trend');
  assert.ok(!without.includes('trend'));
  assert.deepEqual(toggledColumn(without, 'trend'), DEFAULT_COLUMNS);
  assert.deepEqual(toggledColumn(['step', 'parameters'], 'loss'), ['step', 'loss', 'parameters']);
  assert.deepEqual(toggledColumn(['step'], 'parameters'), ['step', 'parameters']);
});

test('a second click on a heading turns the order round', () => {
  assert.equal(nextSort('alarms', 'loss'), 'loss');
  assert.equal(nextSort('loss', 'loss'), '-loss');
  assert.equal(nextSort('-loss', 'loss'), 'loss');
  assert.equal(nextSort('alarms', 'probability'), '-probability', 'the most probable divergence first');
  assert.equal(nextSort('-probability', 'probability'), 'probability');
});

test('a heading says how it is sorted', () => {
  assert.equal(sortDirection('alarms', 'loss'), null);
  assert.equal(sortDirection('name', 'name'), 'ascending');
  assert.equal(sortDirection('-name', 'name'), 'descending');
  assert.equal(sortDirection('time', 'time'), 'descending', 'the newest line first');
  assert.equal(sortDirection('-alarms', 'alarms'), 'ascending');
  assert.equal(sortDirection('-probability', 'probability'), 'descending');
});
