// SPDX-License-Identifier: Apache-2.0
// Alarms grouped into incidents: one row a person can act on, however often it was updated.

import { rank } from './severity.js';

/** Adds an alarm unless it is known already; true when it was new. */
export function addAlarm(alarms, alarm) {
  const same = (other) =>
    other.incident === alarm.incident && other.state === alarm.state && other.step === alarm.step &&
    other.severity === alarm.severity && other.time === alarm.time;
  if (alarms.some(same)) return false;
  alarms.push(alarm);
  return true;
}

/**
 * The alarms that are known after asking for them, as `Promise.allSettled` has it. Where the store
 * could not be read, an answer holds some all the same: these are added to those known before.
 */
export function knownAlarms(known, answer) {
  if (answer.status === 'fulfilled') return answer.value;
  const alarms = [...known];
  for (const alarm of answer.reason?.body?.alarms ?? []) addAlarm(alarms, alarm);
  return alarms;
}

/** Incidents: open ones first, then the worse, then the newer. */
export function groupIncidents(alarms) {
  const groups = new Map();
  for (const alarm of [...alarms].sort(byTime)) {
    const key = alarm.incident ?? `${alarm.kind}/${alarm.step}`;
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(alarm);
  }
  return [...groups].map(([key, group]) => incident(key, group)).sort(byUrgency);
}

function byTime(a, b) {
  const [x, y] = [Date.parse(a.time), Date.parse(b.time)];
  if (x !== y && !Number.isNaN(x) && !Number.isNaN(y)) return x - y;
  const order = { open: 0, update: 1, closed: 2 };
  return a.step - b.step || (order[a.state] ?? 1) - (order[b.state] ?? 1);
}

function incident(key, group) {
  const [first, last] = [group[0], group.at(-1)];
  const closed = last.state === 'closed';
  // A closing alarm repeats the worst verdict: what is shown is the newest one of the open time.
  const told = closed ? (group.findLast((a) => a.state !== 'closed') ?? last) : last;
  const worst = group.reduce((w, a) => (rank(a.severity) > rank(w) ? a.severity : w), 'info');
  return {
    key,
    open: !closed,
    severity: closed ? worst : last.severity,
    worst,
    kind: last.kind,
    signal: last.signal,
    layer: first.layer ?? null,
    head: first.head ?? null,
    segment: first.segment ?? 0,
    fromStep: first.step,
    lastStep: last.step,
    latest: told,
    closing: closed ? last : null,
    marks: marks(group),
  };
}

// A mark where it opened and wherever it got worse: those are the steps a person looks for.
function marks(group) {
  const found = [];
  let worst = 0;
  for (const alarm of group) {
    if (alarm.state === 'closed' || rank(alarm.severity) <= worst) continue;
    worst = rank(alarm.severity);
    found.push(alarm);
  }
  return found.length > 0 ? found : [group[0]];
}

function byUrgency(a, b) {
  return (
    Number(b.open) - Number(a.open) ||
    (a.open ? rank(b.severity) - rank(a.severity) : 0) ||
    b.lastStep - a.lastStep || b.fromStep - a.fromStep
  );
}

/** How many incidents are open, by severity. */
export function openCounts(incidents) {
  const counts = { critical: 0, warning: 0, info: 0 };
  for (const i of incidents) if (i.open && i.severity in counts) counts[i.severity]++;
  return counts;
}
