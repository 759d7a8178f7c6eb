// SPDX-License-Identifier: Apache-2.0
// What the list of runs shows, as a link restores it and as the monitor is asked for it.

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
  const given = new URLSearchParams(query);
  if ([...given].length === 0) return { ...DEFAULT_VIEW, ...remembered };
  const rows = Number(given.get('rows'));
  return {
    filter: given.get('q') ?? DEFAULT_VIEW.filter,
    state: given.get('state') ?? DEFAULT_VIEW.state,
    sort: given.get('sort') || DEFAULT_VIEW.sort,
    columns: columnsIn(query) ?? DEFAULT_COLUMNS,
    archived: given.get('archived') === 'any',
    rows: Number.isInteger(rows) && rows > PAGE_ROWS ? rows : PAGE_ROWS,
  };
}

// Split before it is decoded, so that a name may hold a comma.
function columnsIn(query) {
  const given = /(?:^|&)columns=([^&]*)/.exec(query)?.[1];
  if (given === undefined) return null;
  return [...new Set(given.split(',').map(decoded))].filter((name) => name !== '');
}

function decoded(text) {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return ''; // half a character, as a link has that was cut
  }
}

/** The query of the link that restores a view; '' for the usual one. */
export function linkQuery(view) {
  const pairs = [
    ['q', view.filter.trim(), ''],
    ['state', view.state, ''],
    ['sort', view.sort, DEFAULT_VIEW.sort],
    ['archived', view.archived ? 'any' : '', ''],
    ['rows', view.rows, DEFAULT_VIEW.rows],
  ].filter(([, value, usual]) => value !== usual)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  if (view.columns.join() !== DEFAULT_COLUMNS.join()) {
    pairs.push(`columns=${view.columns.map(encodeURIComponent).join(',')}`);
  }
  return pairs.join('&');
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

/** The address of the comparison of some runs. */
export function compareLink(names) {
  return `#/compare?runs=${names.map(encodeURIComponent).join(',')}`;
}
