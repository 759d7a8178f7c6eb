// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { DEFAULT_COLUMNS } from '../../main/resources/web/js/list/list-columns.js';
import { DEFAULT_VIEW, linkQuery, listQuery, viewOf } from '../../main/resources/web/js/list/list-view.js';

test('the usual view has an empty link, and open incidents come first', () => {
  assert.equal(linkQuery(viewOf('')), '');
  assert.equal(viewOf('').sort, 'alarms');
});

test('a link restores exactly what it was made from', () => {
  const view = {
    filter: 'tag:"a b" lr>1e-3 & 50 %', state: 'running', sort: '-last.grad_norm',
    columns: ['loss', 'last.grad_norm', 'a,b', 'ü&=?#%'], archived: true, rows: 300,
  };
  assert.deepEqual(viewOf(linkQuery(view)), view);
  assert.deepEqual(viewOf(linkQuery({ ...DEFAULT_VIEW, columns: [] })).columns, []);
});

test('what is remembered counts only where the link says nothing', () => {
  const remembered = { sort: 'loss', columns: ['time'] };
  assert.deepEqual(viewOf('', remembered), { ...DEFAULT_VIEW, ...remembered });
  assert.deepEqual(viewOf('q=x', remembered), { ...DEFAULT_VIEW, filter: 'x' });
});

test('a link that was cut or written by hand gives a view all the same', () => {
  assert.deepEqual(viewOf('columns=loss,%E2%82,loss').columns, ['loss']);
  assert.equal(viewOf('rows=-3').rows, DEFAULT_VIEW.rows);
  assert.equal(viewOf('rows=1e9x&sort=').sort, 'alarms');
});

test('archived runs are left out unless the switch or the filter asks for them', () => {
  assert.equal(listQuery(DEFAULT_VIEW).q, 'archived:no');
  assert.equal(listQuery({ ...DEFAULT_VIEW, filter: '"open quote' }).q, 'archived:no "open quote');
  assert.equal(listQuery({ ...DEFAULT_VIEW, archived: true }).q, null);
  assert.equal(listQuery({ ...DEFAULT_VIEW, filter: '-archived:yes' }).q, '-archived:yes');
  assert.equal(listQuery({ ...DEFAULT_VIEW, filter: '"archived:no matter"' }).q, 'archived:no "archived:no matter"');
});

test('the monitor is asked only for what the columns show', () => {
  assert.equal(listQuery(DEFAULT_VIEW).sparkline, 'true');
  assert.equal(listQuery(DEFAULT_VIEW).columns, 'total_steps', 'the bar beside the step needs it');
  const few = listQuery({ ...DEFAULT_VIEW, columns: ['loss', 'parameters', 'last.grad_norm'], rows: 2500 });
  assert.equal(few.sparkline, null);
  assert.equal(few.columns, 'parameters,last.grad_norm');
  assert.equal(few.limit, 1000);
  assert.equal(listQuery({ ...DEFAULT_VIEW, columns: DEFAULT_COLUMNS.filter((c) => c !== 'step') }).columns, null);
});
