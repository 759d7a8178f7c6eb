// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { clock, dayName, duration, sinceTime, stamp } from '../../main/resources/web/js/dates.js';

const NOW = new Date(2026, 2, 1, 0, 30).getTime();
const at = (...parts) => new Date(...parts).getTime();

test('days are named by the calendar and not by hours', () => {
  assert.equal(dayName(at(2026, 2, 1, 0, 1), NOW), 'Today');
  assert.equal(dayName(at(2026, 1, 28, 23, 59), NOW), 'Yesterday');
  assert.equal(dayName(at(2026, 1, 27, 23, 59), NOW), 'Fri, 27 Feb 2026');
});

test('a point in time reads in a sentence', () => {
  assert.equal(stamp(at(2026, 1, 28, 9, 5), NOW), 'yesterday 09:05');
  assert.equal(stamp(at(2026, 0, 1, 9, 5), NOW), 'Thu, 1 Jan 2026 09:05');
  assert.equal(stamp(NaN, NOW), '–');
  assert.equal(clock(NaN), '–');
});

test('spans of time are coarse, and never negative', () => {
  assert.deepEqual([40e3, 12 * 60e3, 3 * 3600e3, 50 * 3600e3, -5, NaN].map(duration),
    ['40 s', '12 min', '3 h', '2 days', '0 s', '–']);
});

test('a span reaches back from now', () => {
  assert.equal(sinceTime('hour', Date.UTC(2026, 0, 1, 1)), '2026-01-01T00:00:00.000Z');
  assert.equal(sinceTime('', NOW), null);
});
