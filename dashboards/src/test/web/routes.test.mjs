// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { routeOf, runLink } from '../../main/resources/web/js/routes.js';

const AT = 'http://127.0.0.1:8087/';

test('each page has a path', () => {
  assert.deepEqual(routeOf(AT), { page: 'runs', run: null, query: '' });
  assert.deepEqual(routeOf(`${AT}#/?q=tag:prod&sort=-loss`), { page: 'runs', run: null, query: 'q=tag:prod&sort=-loss' });
  assert.equal(routeOf(`${AT}#/compare?runs=a,b`).page, 'compare');
  assert.equal(routeOf(`${AT}#/sweeps`).page, 'sweeps');
  assert.equal(routeOf(`${AT}#/alarms?state=open`).page, 'alarms');
  assert.equal(routeOf(`${AT}#/alarms/audit`).page, 'audit');
});

test('an unknown path leads to the list of runs', () => {
  assert.equal(routeOf(`${AT}#/nonsense`).page, 'runs');
  assert.equal(routeOf(`${AT}#/runs/`).page, 'runs');
  assert.equal(routeOf(`${AT}#/runs/%E0%A4%A`).page, 'runs');
});

test('a link leads back to a run of any name', () => {
  for (const run of ['a', 'a b', '50%', 'x/../y', '<img src=x>', 'what?', 'one#two', 'ä漢', "it's"]) {
    assert.deepEqual(routeOf(AT + runLink(run, 'x=time')), { page: 'run', run, query: 'x=time' });
    assert.deepEqual(routeOf(AT + runLink(run)), { page: 'run', run, query: '' });
  }
});

test('a name that the browser has decoded is read as well', () => {
  assert.equal(routeOf(`${AT}#/runs/a b/c`).run, 'a b/c');
});
