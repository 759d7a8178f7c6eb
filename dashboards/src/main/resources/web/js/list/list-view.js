// SPDX-License-Identifier: Apache-2.0
// What the list of runs shows, as a link restores it and as the monitor is asked for it.

import { decoded, listIn, listText, queryOf, valuesIn } from '../link.js';
import { hasKey } from './filter-terms.js';
import { askedColumns, DEFAULT_COLUMNS } from './list-columns.js';

/** Rows that are asked for at first, and by which more are asked for. */
export const PAGE_ROWS = 100;

const MOST_A_PAGE = 1000; // that the API gives at once

/** Open incidents first: the run that needs someone is on top. */
export const DEFAULT_VIEW = Object.freeze({
  filter: '', state: '', sort: 'alarms', columns: DEFAULT_COLUMNS, archived: false, rows: PAGE_ROWS,
});

/**
 * The view of a link's query. A query that says nothing gives what this browser remembers; any
 * other one gives exactly what it says, whatever is remembered.
 */
export function viewOf(query, remembered = {}) {
  if (query === '') return { ...DEFAULT_VIEW, ...remembered };
  const values = valuesIn(query);
  const text = (key) => decoded(values.get(key) ?? '');
  const rows = Number(values.get('rows'));
  return {
    filter: text('q'),
    state: text('state'),
    sort: text('sort') || DEFAULT_VIEW.sort,
    columns: values.has('columns') ? [...new Set(listIn(values.get('columns')))].filter(Boolean) : DEFAULT_COLUMNS,
    archived: values.get('archived') === 'any',
    rows: Number.isInteger(rows) && rows > PAGE_ROWS ? rows : PAGE_ROWS,
  };
}

/** The query of the link that restores a view; '' for the usual one. */
export function linkQuery({ filter, state, sort, columns, archived, rows }) {
  return queryOf([
    ['q', filter.trim() === '' ? null : encodeURIComponent(filter.trim())],
    ['state', state === '' ? null : encodeURIComponent(state)],
    ['sort', sort === DEFAULT_VIEW.sort ? null : encodeURIComponent(sort)],
    ['archived', archived ? 'any' : null],
    ['rows', rows === PAGE_ROWS ? null : rows],
    ['columns', columns.join() === DEFAULT_COLUMNS.join() ? null : listText(columns)],
  ]);
}

/** What is asked of `/api/v1/runs`. The page's own term comes first: an open quote ends no term before it. */
export function listQuery(view) {
  const shown = view.archived || hasKey(view.filter, 'archived') ? '' : 'archived:no ';
  const asked = askedColumns(view.columns);
  return {
    q: `${shown}${view.filter}`.trim() || null,
    state: view.state || null,
    sort: view.sort,
    limit: Math.min(view.rows, MOST_A_PAGE),
    columns: asked.length > 0 ? asked.join(',') : null,
    sparkline: view.columns.includes('trend') ? 'true' : null,
  };
}
