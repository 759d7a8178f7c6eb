// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { addAlarm, groupIncidents, openCounts } from '../../main/resources/web/js/incident-model.js';
import { lineage, toSegments } from '../../main/resources/web/js/lineage.js';

test('only what led to the live segment is alive', () => {
  const segments = toSegments([
    { segment: 0, parent: null, from_step: 0, last_step: 60, live: false },
    { segment: 1, parent: 0, from_step: 30, last_step: 90, live: false },
    { segment: 2, parent: 1, from_step: 70, last_step: 75, live: true },
  ]);
  assert.deepEqual(lineage(segments).map((s) => s.aliveTo), [30, 70, Infinity]);
});

test('a branch that was given up altogether has no live part', () => {
  const segments = toSegments([
    { segment: 0, parent: null, from_step: 0, last_step: 60, live: false },
    { segment: 1, parent: 0, from_step: 30, last_step: 90, live: false },
    { segment: 2, parent: 0, from_step: 20, last_step: 75, live: true },
  ]);
  assert.deepEqual(lineage(segments).map((s) => s.aliveTo), [20, -Infinity, Infinity]);
});

const alarm = (incident, state, severity, step) => ({
  incident, state, severity, step, kind: 'loss_spike', time: `2026-01-01T00:00:${step}Z`,
});

test('an incident is one row however often it was updated, open and worst first', () => {
  const rows = groupIncidents([
    alarm('a', 'open', 'critical', 10), alarm('a', 'closed', 'critical', 20),
    alarm('b', 'open', 'info', 30), alarm('c', 'open', 'warning', 31), alarm('c', 'update', 'critical', 32),
  ]);
  assert.deepEqual(rows.map((r) => r.key), ['c', 'b', 'a']);
  assert.deepEqual(rows[0].marks.map((m) => m.step), [31, 32]);
  assert.deepEqual(openCounts(rows), { critical: 1, warning: 0, info: 1 });
});

test('an alarm that comes twice is taken once', () => {
  const alarms = [];
  assert.ok(addAlarm(alarms, alarm('a', 'open', 'info', 10)));
  assert.ok(!addAlarm(alarms, alarm('a', 'open', 'info', 10)));
});
