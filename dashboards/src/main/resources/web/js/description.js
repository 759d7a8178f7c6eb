// SPDX-License-Identifier: Apache-2.0
// Tags and notes of a run.

import { patch, runPath } from './api.js';
import { askDescription } from './description-dialog.js';
import { h, setText } from './dom.js';

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
    const change = await askDescription({ tags, notes, archived });
    if (!change) return;
    this.#failure.hidden = true;
    try {
      this.update(await patch(runPath(this.#run), change));
    } catch (e) {
      setText(this.#failure, `Not saved: ${e.message}.`);
      this.#failure.hidden = false;
    }
  }
}
