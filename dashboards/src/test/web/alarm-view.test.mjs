// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { byUrgency, closedQuery, DEFAULT_VIEW, keyOf, linkQuery, matching, openQuery, stepsLink, viewOf } from '../../main/resources/web/js/alarms/alarm-view.js';

const NOW = Date.parse('2026-11-30T12:00:00Z');

test('a link restores exactly what it was made from, and the usual view needs none', () => {
  const view = { state: 'open', severity: 'warning', since: 'day', text: 'a&b=50 % "x"', rows: 400 };
  assert.deepEqual(viewOf(linkQuery(view)), view);
  assert.equal(linkQuery(DEFAULT_VIEW), '');
  assert.deepEqual(viewOf(''), DEFAULT_VIEW);
});

test('what a link says and nobody understands counts as not said', () => {
  assert.deepEqual(viewOf('state=ajar&severity=huge&since=year&rows=-1&x=%E2%82'), DEFAULT_VIEW);
});

test('an open incident is asked for however old it is', () => {
  const view = { ...DEFAULT_VIEW, severity: 'critical', since: 'hour' };
  assert.deepEqual(openQuery(view), { state: 'open', severity: 'critical', limit: 1000 });
  assert.deepEqual(closedQuery(view, NOW), { state: 'closed', severity: 'critical', since: '2026-11-30T11:00:00.000Z', limit: 200 });
  assert.equal(closedQuery(DEFAULT_VIEW, NOW).since, null);
});

test('words find runs, kinds in either spelling, tags and messages', () => {
  const incident = { run: 'GPT-1', kind: 'loss_spike', tags: ['prod'], message: 'Loss rose to 4.31.' };
  for (const text of ['', ' gpt', 'loss_spike', 'loss spike', 'PROD', '4.31']) {
    assert.deepEqual(matching([incident], text), [incident], text);
  }
  assert.deepEqual(matching([incident, { run: 'x', kind: 'nonfinite', message: null }], 'gradient'), []);
});

test('the worst open incident comes first, then the newest', () => {
  const at = (severity, minute) => ({ severity, time: `2026-11-30T12:0${minute}:00Z` });
  const [a, b, c] = [at('warning', 3), at('critical', 1), at('critical', 2)];
  assert.deepEqual(byUrgency([a, b, c]), [c, b, a]);
});

test('incidents of the same number in two runs are two', () => {
  assert.notEqual(keyOf({ run: 'a', incident: 'b-1' }), keyOf({ run: 'a-b', incident: '1' }));
});

test('the link to the steps leaves room on both sides and suits any name', () => {
  assert.equal(stepsLink({ run: 'a/b?', opened_step: 900, step: 1300 }), '#/runs/a%2Fb%3F?from=700&to=1500');
  assert.equal(stepsLink({ run: 'x', opened_step: 3, step: 3 }), '#/runs/x?from=0&to=53');
  assert.equal(stepsLink({ run: 'x', step: 80 }), '#/runs/x?from=30&to=130', 'of an answer without opened_step');
  assert.equal(stepsLink({ run: 'x', step: null }), '#/runs/x');
});
