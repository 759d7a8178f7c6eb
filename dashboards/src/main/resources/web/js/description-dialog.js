// SPDX-License-Identifier: Apache-2.0
// The dialog in which a person writes the tags and notes of a run, and archives it.

import { ask, field, h } from './dom.js';
import { keepName, nameField } from './person.js';

const MOST_NOTES = 10_000;

/** Asks for the description of a run; gives the body of the PATCH, null when nothing changed. */
export async function askDescription({ tags, notes, archived }) {
  const text = h('textarea', { name: 'notes', rows: '6', maxlength: String(MOST_NOTES) });
  text.value = notes ?? '';
  const box = h('input', { type: 'checkbox', name: 'archived' });
  box.checked = archived === true;
  const answer = await ask('Tags and notes', [
    field('Tags', 'tags', { value: tags.join(', '), autocomplete: 'off' }, 'Separated by commas.'),
    h('label', { class: 'field' }, h('span', {}, 'Notes'), text),
    h('label', { class: 'check' }, box, ' Archived: the list shows this run only on request'),
    nameField(),
  ], 'Save');
  if (!answer) return null;
  const by = keepName(answer.by);
  const change = changedOnly({ tags, notes: notes ?? '', archived: archived === true },
    { tags: tagsIn(answer.tags), notes: answer.notes, archived: 'archived' in answer });
  return change && { ...change, by };
}

/** The tags in a text with commas. */
export function tagsIn(text) {
  return [...new Set(text.split(',').map((tag) => tag.trim()).filter(Boolean))];
}

/** What differs from before; null when nothing does. What a person left alone stays as the run sends it. */
export function changedOnly(before, after) {
  const changed = Object.entries(after).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name]));
  return changed.length > 0 ? Object.fromEntries(changed) : null;
}
