// SPDX-License-Identifier: Apache-2.0
// What the alarms page shows, as a link restores it and as the monitor is asked for it.

import { SPANS, sinceTime } from '../dates.js';
import { finite, millis, words } from '../format.js';
import { decoded, queryOf, valuesIn } from '../link.js';
import { runLink } from '../routes.js';
import { rank, SEVERITIES } from '../severity.js';

/** Closed incidents that are asked for at first, and by which more are asked for. */
export const PAGE_ROWS = 200;

const MOST_A_PAGE = 1000; // that the API gives at once
const LEAST_MARGIN_STEPS = 50;

/** Everything: open incidents first, then the newest of the closed ones. */
export const DEFAULT_VIEW = Object.freeze({ state: '', severity: '', since: '', text: '', rows: PAGE_ROWS });

/** The view of a link's query; what it does not understand counts as not said. */
export function viewOf(query) {
  const values = valuesIn(query);
  const oneOf = (key, known) => (known.includes(values.get(key)) ? values.get(key) : '');
  const rows = Number(values.get('rows'));
  return {
    state: oneOf('state', ['open', 'closed']),
    severity: oneOf('severity', SEVERITIES),
    since: oneOf('since', [...SPANS.keys()]),
    text: decoded(values.get('q') ?? ''),
    rows: Number.isInteger(rows) && rows > PAGE_ROWS ? rows : PAGE_ROWS,
  };
}

/** The query of the link that restores a view; '' for the usual one. */
export function linkQuery({ state, severity, since, text, rows }) {
  return queryOf([
    ['state', state || null],
    ['severity', severity || null],
    ['since', since || null],
    ['q', text.trim() === '' ? null : encodeURIComponent(text.trim())],
    ['rows', rows === PAGE_ROWS ? null : rows],
  ]);
}

/** What is asked for the open incidents: all of them, because an old one may still need someone. */
export function openQuery({ severity }) {
  return { state: 'open', severity: severity || null, limit: MOST_A_PAGE };
}

/** What is asked for the closed incidents. */
export function closedQuery({ severity, since, rows }, now = Date.now()) {
  return { state: 'closed', severity: severity || null, since: sinceTime(since, now), limit: Math.min(rows, MOST_A_PAGE) };
}

/** Incidents whose run, kind, tags or message hold the text. */
export function matching(incidents, text) {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return incidents;
  return incidents.filter(({ run, kind, tags = [], message }) =>
    [run, kind, words(kind), ...tags, message].some((part) => String(part ?? '').toLowerCase().includes(wanted)));
}

/** Open incidents in the order in which they need someone: the worse, then the newer. */
export function byUrgency(incidents) {
  return [...incidents].sort((a, b) => rank(b.severity) - rank(a.severity) || millis(b.time) - millis(a.time) || 0);
}

/** What tells one incident from all others. */
export function keyOf({ run, incident }) {
  return JSON.stringify([run, incident]);
}

/** The link to the steps of an incident on its run's page, with room on both sides. */
export function stepsLink({ run, step, opened_step: opened }) {
  const from = finite(opened) ? opened : step;
  if (!finite(from) || !finite(step)) return runLink(run);
  const margin = Math.max(LEAST_MARGIN_STEPS, Math.round((step - from) / 2));
  return runLink(run, `from=${Math.max(0, from - margin)}&to=${step + margin}`);
}
