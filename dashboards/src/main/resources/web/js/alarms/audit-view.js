// SPDX-License-Identifier: Apache-2.0
// The audit log: what its view shows, and its entries in words.

import { SPANS, sinceTime } from '../dates.js';
import { setting, words } from '../format.js';
import { decoded, queryOf, valuesIn } from '../link.js';

/** Entries that are asked for at first, and by which more are asked for. */
export const PAGE_ROWS = 200;
/** The most entries that the API gives. */
export const MOST_ROWS = 1000;

const WHAT = {
  command: 'ordered a command',
  approved: 'approved a command',
  rejected: 'rejected a command',
  acknowledged: 'acknowledged an incident',
  described: 'changed tags, notes or archiving',
  deleted: 'deleted the run',
  event: 'reported an event',
  rules: 'changed the rules',
};

/** The view of a link's query. */
export function viewOf(query) {
  const values = valuesIn(query);
  const rows = Number(values.get('rows'));
  return {
    run: decoded(values.get('run') ?? ''),
    since: SPANS.has(values.get('since')) ? values.get('since') : '',
    rows: Number.isInteger(rows) && rows > PAGE_ROWS ? Math.min(rows, MOST_ROWS) : PAGE_ROWS,
  };
}

/** The query of the link that restores a view; '' for the usual one. */
export function linkQuery({ run, since, rows }) {
  return queryOf([
    ['run', run.trim() === '' ? null : encodeURIComponent(run.trim())],
    ['since', since || null],
    ['rows', rows === PAGE_ROWS ? null : rows],
  ]);
}

/** What is asked of `/api/v1/audit`. */
export function auditQuery({ run, since, rows }, now = Date.now()) {
  return { run: run.trim() || null, since: sinceTime(since, now), limit: rows };
}

/** What somebody did, in words. */
export function whatText(what) {
  return WHAT[what] ?? words(what);
}

/** The detail of an entry as text. A change of a run is JSON: its parts, one after the other. */
export function detailText(detail) {
  const parts = typeof detail === 'string' && detail.startsWith('{') ? parsed(detail) : detail;
  if (parts === null || parts === undefined) return '';
  if (typeof parts !== 'object') return String(parts);
  return Object.entries(parts).map(([name, value]) => `${words(name)}: ${partText(value)}`).join('; ');
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text; // the monitor cuts a long one
  }
}

function partText(value) {
  if (Array.isArray(value)) return value.length > 0 ? value.join(', ') : 'none';
  if (value === null) return 'as the run sends it';
  return typeof value === 'object' ? JSON.stringify(value) : setting(value);
}
