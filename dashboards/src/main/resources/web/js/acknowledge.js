// SPDX-License-Identifier: Apache-2.0
// Acknowledging an incident: somebody has seen it and looks after it.

import { post, runPath } from './api.js';
import { ask, h } from './dom.js';
import { ago, millis, words } from './format.js';
import { keepName, nameField } from './person.js';

const MOST_NOTE = 2000;

/**
 * Asks who acknowledges and why, and tells the monitor. Gives what the monitor keeps, null when the
 * dialog was closed. `note` is what the field holds at first.
 */
export async function acknowledge(run, { incident, kind, note = '' }) {
  const text = h('textarea', { name: 'note', rows: '3', maxlength: String(MOST_NOTE) });
  text.value = note;
  const answer = await ask(`Acknowledge: ${words(kind)}`, [
    h('p', {}, 'Others see that you look after it. The incident stays open until its cause is gone.'),
    nameField(),
    h('label', { class: 'field' }, h('span', {}, 'Note'), text),
  ], 'Acknowledge');
  if (!answer) return null;
  const path = `${runPath(run)}/incidents/${encodeURIComponent(incident)}/ack`;
  return post(path, { by: keepName(answer.by), note: answer.note.trim() || undefined });
}

/** Who looks after an incident, since when, and what was noted. */
export function acknowledgedText({ by, note, time }) {
  const who = by ? `Acknowledged by ${by}` : 'Acknowledged';
  return `${who} ${ago(millis(time))}${note ? `: ${note}` : ''}`;
}
