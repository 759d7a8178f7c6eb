// SPDX-License-Identifier: Apache-2.0
// A mark that a person sets on the charts: a note, or that the training changes here.

import { post, runPath } from './api.js';
import { ask, field, h } from './dom.js';

const MOST_TEXT = 1000;

/** Asks for a mark at `step` and tells the monitor; resolves once it is kept, rejects where it is not. */
export async function addMark(run, step) {
  const kind = h('select', { name: 'kind' },
    h('option', { value: 'note' }, 'Note'),
    h('option', { value: 'stage_boundary' }, 'Stage boundary: other data, length or batch size from here'));
  const answer = await ask('Add a mark', [
    h('label', { class: 'field' }, h('span', {}, 'What it is'), kind,
      h('small', {}, 'Detectors take a new baseline at a stage boundary.')),
    field('At step', 'step', { type: 'number', min: '0', step: '1', required: true, value: String(step) }),
    field('What happened', 'text', { maxlength: String(MOST_TEXT), autocomplete: 'off' }),
  ], 'Add');
  if (answer) await post(`${runPath(run)}/events`, markEvent(answer));
}

/** The event of the dialog's answers. */
export function markEvent({ kind, step, text }) {
  const said = text.trim();
  return { kind, step: Number(step), ...(said ? { text: said } : {}) };
}
