// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { knownAlarms } from '../../main/resources/web/js/incident-model.js';

const alarm = (incident, step) => ({ incident, state: 'open', step, severity: 'warning', time: '2026-01-01T00:00:00Z' });

test('an answer replaces what was known', () => {
  const answer = { status: 'fulfilled', value: [alarm('b', 2)] };
  assert.deepEqual(knownAlarms([alarm('a', 1)], answer), [alarm('b', 2)]);
});

test('where the store cannot be read nothing known is dropped, and what came is added once', () => {
  const known = [alarm('a', 1), alarm('b', 2)];
  const answer = { status: 'rejected', reason: { status: 503, body: { alarms: [alarm('b', 2), alarm('c', 3)] } } };
  assert.deepEqual(knownAlarms(known, answer), [alarm('a', 1), alarm('b', 2), alarm('c', 3)]);
  assert.deepEqual(knownAlarms(known, { status: 'rejected', reason: new Error('gone') }), known);
});
