// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { find, isBeginning } from '../../main/resources/web/js/keys.js';

const ENTRIES = [{ keys: 'r' }, { keys: 'g r' }, { keys: '?' }];

test('a key alone, and the same key as the second of two', () => {
  assert.equal(find(ENTRIES, '', 'r').keys, 'r');
  assert.equal(find(ENTRIES, 'g', 'r').keys, 'g r');
  assert.equal(find(ENTRIES, '', '?').keys, '?');
});

test('a key that fits no pair is taken alone', () => {
  assert.equal(find(ENTRIES, 'g', '?').keys, '?');
  assert.equal(find(ENTRIES, '', 'x'), undefined);
});

test('only the first key of a pair begins one', () => {
  assert.ok(isBeginning(ENTRIES, 'g'));
  assert.ok(!isBeginning(ENTRIES, 'r'));
});
