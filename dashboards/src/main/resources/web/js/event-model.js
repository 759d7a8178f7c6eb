// SPDX-License-Identifier: Apache-2.0
// What happened to a run, told by the run or a person, and its evaluations: as marks on charts.

import { finite, number, words } from './format.js';

// These change how a curve is to be read, so they get a rule through it.
const RULED = ['start', 'resume', 'stage_boundary', 'end'];

/** Adds an event of the live stream; one without a step gets `lastStep`. False when it is known. */
export function addEvent(events, event, lastStep) {
  const placed = { ...event, step: event.step ?? lastStep };
  const newest = events.findLast((e) => e.kind !== 'note');
  const repeated = event.kind === 'phase' && newest?.kind === 'phase' && newest.phase === event.phase;
  if (repeated || events.some((e) => e.time === event.time && e.kind === event.kind)) return false;
  events.push(placed);
  return true;
}

/** An event in words: what, and what was said about it. */
export function eventText({ kind, phase, status, text, source }) {
  const what = [words(kind ?? 'event'), phase ?? status].filter(Boolean).join(': ');
  return `${what}${text ? `: ${text}` : ''}${source === 'person' ? ' (by a person)' : ''}`;
}

/** Marks of events, oldest first; `rolledBack(segment, step)` says which are dimmed. */
export function eventMarks(events, rolledBack) {
  return events.filter((e) => finite(e.step)).map((e) => ({
    step: e.step,
    segment: e.segment,
    message: eventText(e),
    ruled: RULED.includes(e.kind),
    dead: rolledBack(e.segment, e.step),
  })).sort((a, b) => a.step - b.step);
}

/** Marks of the evaluations that have the field: each lies at its value. */
export function evaluationMarks(evaluations, field, rolledBack) {
  return evaluations.filter((e) => finite(e.values?.[field])).map((e) => ({
    step: e.step,
    segment: e.segment,
    value: e.values[field],
    message: `evaluation${e.name ? ` ${e.name}` : ''}: ${number(e.values[field])}`,
    dead: rolledBack(e.segment, e.step),
  }));
}
