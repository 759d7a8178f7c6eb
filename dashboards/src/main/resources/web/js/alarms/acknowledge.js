// SPDX-License-Identifier: Apache-2.0
// Acknowledging an incident: somebody has seen it and looks after it.

import { post, runPath } from '../api.js';
import { ask, h } from '../dom.js';
import { ago, millis } from '../format.js';
import { keepName, nameField } from '../person.js';

const LONGEST_NOTE = '2000';

/** Asks who acknowledges and why, and tells the monitor; null when the dialog was closed. */
export async function acknowledge(run, incident, { note = '' } = {}) {
  const answer = await ask('Acknowledge this incident', [
    h('p', {}, 'It tells everyone that you look after it. The incident stays open until its cause is gone.'),
    nameField(),
    h('label', { class: 'field' }, h('span', {}, 'Note'),
      h('textarea', { name: 'note', rows: '3', maxlength: LONGEST_NOTE }, note)),
  ], 'Acknowledge');
  if (!answer) return null;
  const path = `${runPath(run)}/incidents/${encodeURIComponent(incident)}/ack`;
  return post(path, { by: keepName(answer.by), note: answer.note.trim() || undefined });
}

/** An acknowledgement in words. */
export function acknowledgedText({ by, note, time }) {
  const who = by ? ` by ${by}` : '';
  return `Acknowledged${who}, ${ago(millis(time))}${note ? `: ${note}` : '.'}`;
}
