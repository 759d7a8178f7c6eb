// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { byDay, density } from '../../main/resources/web/js/alarms/alarm-days.js';

const NOW = new Date(2026, 10, 30, 12, 0).getTime();
const HOUR = 3_600_000;
const at = (hoursAgo, severity = 'warning') => ({ time: new Date(NOW - hoursAgo * HOUR).toISOString(), severity, worst_severity: severity });

test('incidents are grouped by the day of the reader, in their order', () => {
  const days = byDay([at(1), at(2), at(13), at(40), { time: null }], NOW);
  assert.deepEqual(days.map(({ day, incidents }) => [day, incidents.length]),
    [['Today', 2], ['Yesterday', 1], ['Sat, 28 Nov 2026', 1], ['Without a time', 1]]);
  assert.deepEqual(byDay([], NOW), []);
});

test('the strip reaches from the oldest incident until now, and holds each incident once', () => {
  const bins = density([at(0), at(5, 'critical'), at(10)], 10, '', NOW);
  assert.equal(bins[0].from, NOW - 10 * HOUR);
  assert.equal(bins.at(-1).to, NOW);
  assert.deepEqual(bins.map((b) => b.incidents.length), [1, 0, 0, 0, 0, 1, 0, 0, 0, 1]);
  assert.deepEqual(bins[5].counts, { critical: 1, warning: 0, info: 0 });
});

test('a chosen span sets the strip; older incidents lie before it', () => {
  const bins = density([at(0.5), at(30)], 6, 'hour', NOW);
  assert.equal(bins[0].from, NOW - HOUR);
  assert.deepEqual(bins.map((b) => b.incidents.length), [0, 0, 0, 1, 0, 0]);
});

test('a run whose clock is ahead, an incident without a time and no incident at all do no harm', () => {
  assert.equal(density([at(-2)], 4, '', NOW).at(-1).incidents.length, 1);
  assert.equal(density([{ time: 'never', severity: 'info' }], 4, '', NOW).flatMap((b) => b.incidents).length, 0);
  assert.equal(density([], 4, '', NOW).length, 4);
});

test('a hundred thousand incidents are laid out', () => {
  const many = Array.from({ length: 100_000 }, (_, i) => at(i / 1000));
  assert.equal(density(many, 60, '', NOW).reduce((sum, b) => sum + b.incidents.length, 0), 100_000);
});
