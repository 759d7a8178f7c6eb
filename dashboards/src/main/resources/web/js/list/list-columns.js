// SPDX-License-Identifier: Apache-2.0
// The columns of the list of runs: those that every run has, and any setting or newest value.

import { words } from '../format.js';

/** Columns with a look of their own, in their order; `trend` is the loss so far as a small curve. */
export const OWN_COLUMNS = new Map([
  ['step', 'Step'], ['loss', 'Loss'], ['trend', 'Loss so far'], ['probability', 'Forecast'],
  ['alarms', 'Alarms'], ['time', 'Last seen'],
]);

/** The columns that a list shows unless others are chosen; state and name come first in any case. */
export const DEFAULT_COLUMNS = [...OWN_COLUMNS.keys()];

const FIXED = new Map([['state', 'State'], ['name', 'Run']]);
const UNSORTED = ['trend'];
// In these the monitor puts the highest first; a minus sign turns that round, as everywhere.
const HIGHEST_FIRST = ['time', 'alarms'];
// What a person looks for here is the highest, so the first click asks for that.
const REVERSED_AT_FIRST = ['probability'];
const MOST_ASKED = 32;

/** The heading of a column. */
export function columnLabel(name) {
  return FIXED.get(name) ?? OWN_COLUMNS.get(name)
    ?? words(name.replace(/^last\./, 'newest ')).replace(/^./, (c) => c.toUpperCase());
}

/** Whether the list can be sorted by a column. */
export function sortable(name) {
  return !UNSORTED.includes(name);
}

/** The columns whose values the monitor is asked for; the bar beside the step needs one of them. */
export function askedColumns(columns) {
  const names = columns.filter((name) => !OWN_COLUMNS.has(name));
  return [...new Set(columns.includes('step') ? ['total_steps', ...names] : names)].slice(0, MOST_ASKED);
}

/** The columns that the chooser offers: those with a look of their own, then what `/columns` lists. */
export function offeredColumns(known, text) {
  const wanted = text.trim().toLowerCase();
  const own = [...OWN_COLUMNS].map(([name, label]) => ({ name, label, runs: null }));
  const others = known.filter(({ name }) => !OWN_COLUMNS.has(name) && !FIXED.has(name))
    .map(({ name, runs }) => ({ name, label: columnLabel(name), runs }));
  return [...own, ...others].filter(({ name, label }) => `${name} ${label}`.toLowerCase().includes(wanted));
}

/** Adds a column at the end, or removes it; one with a look of its own returns to its usual place. */
export function toggledColumn(columns, name) {
  if (columns.includes(name)) return columns.filter((c) => c !== name);
  const place = DEFAULT_COLUMNS.indexOf(name);
  if (place < 0) return [...columns, name];
  const at = columns.findIndex((c) => !OWN_COLUMNS.has(c) || DEFAULT_COLUMNS.indexOf(c) > place);
  return at < 0 ? [...columns, name] : columns.toSpliced(at, 0, name);
}

/** The order after a click on a heading: by that column, then the other way round. */
export function nextSort(sort, name) {
  const [first, second] = REVERSED_AT_FIRST.includes(name) ? [`-${name}`, name] : [name, `-${name}`];
  return sort === first ? second : first;
}

/** `aria-sort` of a heading under an order. */
export function sortDirection(sort, name) {
  if (sort !== name && sort !== `-${name}`) return null;
  const highestFirst = HIGHEST_FIRST.includes(name) !== (sort === `-${name}`);
  return highestFirst ? 'descending' : 'ascending';
}
