// SPDX-License-Identifier: Apache-2.0
// Tags and notes of a run, and the dialog in which a person writes them.

import { patch, runPath } from './api.js';
import { ask, field, h, setText } from './dom.js';
import { keepName, nameField } from './person.js';

const MOST_NOTES = 10_000;

export class Description {
  #run;
  #shown = null;
  #tags = h('ul', { class: 'tags', 'aria-label': 'Tags' });
  #archived = h('span', { class: 'archived', hidden: true }, 'archived');
  #edit = h('button', { type: 'button', class: 'link-button' });
  #notes = h('p', { class: 'notes' });
  #failure = h('p', { class: 'error', role: 'alert', hidden: true });
  element = h('div', { class: 'description', hidden: true },
    h('div', { class: 'tag-line' }, this.#archived, this.#tags, this.#edit), this.#notes, this.#failure);

  constructor(run) {
    this.#run = run;
    this.#edit.addEventListener('click', () => this.#ask());
  }

  /** Shows what a run's answer says; a monitor that keeps no notes shows none. */
  update({ tags, notes, archived }) {
    if (!Array.isArray(tags)) return;
    const signature = JSON.stringify([tags, notes, archived]);
    if (signature === JSON.stringify(this.#shown)) return;
    this.#shown = [tags, notes, archived];
    this.element.hidden = false;
    this.#tags.replaceChildren(...tags.map((tag) => h('li', {}, tag)));
    this.#archived.hidden = !archived;
    this.#notes.hidden = !notes;
    setText(this.#notes, notes);
    setText(this.#edit, tags.length > 0 || notes ? 'Edit' : 'Add tags or notes');
  }

  async #ask() {
    const [tags, notes, archived] = this.#shown;
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
    if (answer) await this.#save(answer);
  }

  async #save(answer) {
    this.#failure.hidden = true;
    try {
      this.update(await patch(runPath(this.#run), {
        tags: tagsIn(answer.tags),
        notes: answer.notes,
        archived: 'archived' in answer,
        by: keepName(answer.by),
      }));
    } catch (e) {
      setText(this.#failure, `Not saved: ${e.message}.`);
      this.#failure.hidden = false;
    }
  }
}

/** The tags in a text with commas. */
export function tagsIn(text) {
  return [...new Set(text.split(',').map((tag) => tag.trim()).filter(Boolean))];
}
