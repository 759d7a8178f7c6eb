// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { auditQuery, detailText, linkQuery, viewOf, whatText } from '../../main/resources/web/js/alarms/audit-view.js';

test('a link restores exactly what it was made from', () => {
  const view = { run: 'a/b & c%', since: 'week', rows: 600 };
  assert.deepEqual(viewOf(linkQuery(view)), view);
  assert.equal(linkQuery(viewOf('')), '');
  assert.equal(viewOf('rows=5000').rows, 1000, 'no more than the API gives');
});

test('the monitor is asked for one run only where one is named', () => {
  assert.deepEqual(auditQuery({ run: ' ', since: '', rows: 200 }), { run: null, since: null, limit: 200 });
  assert.equal(auditQuery({ run: 'x', since: 'day', rows: 200 }, Date.UTC(2026, 0, 2)).since, '2026-01-01T00:00:00.000Z');
});

test('every entry reads as what somebody did', () => {
  assert.equal(whatText('acknowledged'), 'acknowledged an incident');
  assert.equal(whatText('something_new'), 'something new');
  assert.equal(detailText('{"tags":["a","b"],"notes":null,"archived":true}'), 'tags: a, b; notes: as the run sends it; archived: on');
  assert.equal(detailText('{"notes":"cut…'), '{"notes":"cut…');
  assert.equal(detailText(null), '');
  assert.equal(detailText('<b>'), '<b>');
});
