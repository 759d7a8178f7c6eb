// SPDX-License-Identifier: Apache-2.0
// In which fields of their configurations runs differ, and the groups that a field makes.

import { count, number, tick } from '../format.js';

const DIGITS = 7; // enough to tell apart what people write
const SENT_AS_TEXT = new Set(['tags', 'notes']); // shown above the table, and edited by people

/**
 * The fields of some configurations, by name: `{ field, values, differs }`, `values` in the order of
 * the runs, undefined where a run did not send the field. A missing value differs from any other.
 */
export function configurationFields(configurations) {
  const names = new Set(configurations.flatMap((c) => Object.keys(c)).filter((n) => !SENT_AS_TEXT.has(n)));
  return [...names].sort().map((field) => {
    const values = configurations.map((c) => c[field] ?? undefined);
    return { field, values, differs: values.some((value) => value !== values[0]) };
  });
}

/** Value of a field as a person reads it. */
export function valueText(value) {
  if (value === undefined || value === null) return '–';
  if (typeof value !== 'number') return String(value);
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return count(value);
  return Math.abs(value) < 1e-3 || Math.abs(value) >= 1e6 ? number(value, DIGITS) : tick(value);
}

/**
 * Runs that share a value of a field: `[{ value, members }]`, by value, those without one at the end.
 * `members` are indexes of the configurations.
 */
export function groupsBy(configurations, field) {
  const groups = new Map();
  configurations.forEach((configuration, i) => {
    const value = configuration[field] ?? undefined;
    if (!groups.has(value)) groups.set(value, []);
    groups.get(value).push(i);
  });
  return [...groups].map(([value, members]) => ({ value, members })).sort((a, b) => byValue(a.value, b.value));
}

function byValue(a, b) {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a).localeCompare(String(b));
}
