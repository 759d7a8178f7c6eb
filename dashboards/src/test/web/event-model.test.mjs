// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { addEvent, evaluationMarks, eventMarks, eventText } from '../../main/resources/web/js/event-model.js';

const alive = () => false;
const event = (kind, time, more = {}) => ({ kind, time, step: 5, segment: 0, ...more });

test('an event says what happened, and who told it', () => {
  assert.equal(eventText(event('end', 1, { status: 'failed' })), 'end: failed');
  assert.equal(eventText(event('stage_boundary', 1, { text: 'more code' })), 'stage boundary: more code');
  assert.equal(eventText(event('note', 1, { text: 'hm', source: 'person' })), 'note: hm (by a person)');
});

test('a live event is added once, at the newest step where it has none', () => {
  const events = [];
  assert.equal(addEvent(events, event('note', 1, { step: null }), 77), true);
  assert.equal(addEvent(events, event('note', 1, { step: null }), 78), false);
  assert.deepEqual(events.map((e) => e.step), [77]);
});

test('a phase that is repeated as a heartbeat is one mark', () => {
  const events = [];
  for (const time of [1, 2, 3]) addEvent(events, event('phase', time, { phase: 'evaluating' }), 9);
  addEvent(events, event('note', 4), 9);
  addEvent(events, event('phase', 5, { phase: 'evaluating' }), 9);
  addEvent(events, event('phase', 6, { phase: 'training' }), 9);
  assert.deepEqual(events.map((e) => e.time), [1, 4, 6]);
});

test('marks are in order of steps; what changes the course has a rule; a dead segment is dimmed', () => {
  const marks = eventMarks(
    [event('end', 2, { step: 9 }), event('checkpoint', 1), { kind: 'note', step: null }],
    (segment, step) => step < 6,
  );
  assert.deepEqual(marks.map((m) => [m.step, m.ruled, m.dead]), [[5, false, true], [9, true, false]]);
});

test('an evaluation lies at its value, on the chart of its field', () => {
  const evaluations = [
    { step: 10, segment: 0, name: 'held out', values: { loss: 2.5, accuracy: 0.4 } },
    { step: 20, segment: 0, name: null, values: { loss: null } },
  ];
  assert.deepEqual(evaluationMarks(evaluations, 'loss', alive),
    [{ step: 10, segment: 0, value: 2.5, message: 'evaluation held out: 2.500', dead: false }]);
  assert.deepEqual(evaluationMarks(evaluations, 'grad_norm', alive), []);
});
