// SPDX-License-Identifier: Apache-2.0
// Incidents in time: by day for reading, in equal spans for the strip above them.

import { dayName, SPANS } from '../dates.js';
import { finite, millis } from '../format.js';
import { SEVERITIES } from '../severity.js';

const LEAST_SPAN_MILLIS = 3_600_000;

/** Incidents by the day of their newest alarm, in their order: `[{ day, incidents }]`. */
export function byDay(incidents, now = Date.now()) {
  const days = [];
  for (const incident of incidents) {
    const time = millis(incident.time);
    const day = finite(time) ? dayName(time, now) : 'Without a time';
    if (days.at(-1)?.day !== day) days.push({ day, incidents: [] });
    days.at(-1).incidents.push(incident);
  }
  return days;
}

/**
 * The strip: `n` equal spans of time up to now, each `{ from, to, counts, incidents }` with counts by
 * worst severity. It goes back as far as `since` says, otherwise to the oldest incident given.
 */
export function density(incidents, n, since = '', now = Date.now()) {
  const times = incidents.map((i) => millis(i.time)).filter(finite);
  const end = times.reduce((a, b) => Math.max(a, b), now); // a run's clock may be ahead of this one
  const span = SPANS.get(since) ?? Math.max(LEAST_SPAN_MILLIS, end - times.reduce((a, b) => Math.min(a, b), end));
  const width = span / n;
  const bins = Array.from({ length: n }, (_, i) => ({
    from: end - span + i * width, to: end - span + (i + 1) * width,
    counts: Object.fromEntries(SEVERITIES.map((s) => [s, 0])), incidents: [],
  }));
  for (const incident of incidents) {
    const at = Math.floor((millis(incident.time) - bins[0].from) / width);
    const bin = bins[Math.min(at, n - 1)]; // the newest lies on the end
    if (!(at >= 0)) continue; // before the strip begins, or without a time
    bin.counts[incident.worst_severity ?? incident.severity]++;
    bin.incidents.push(incident);
  }
  return bins;
}
