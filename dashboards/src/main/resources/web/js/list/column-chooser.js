// SPDX-License-Identifier: Apache-2.0
// Chooses the columns of the list of runs: any setting, and the newest value of any number.

import { h, setText } from '../dom.js';
import { count } from '../format.js';
import { DEFAULT_COLUMNS, offeredColumns, toggledColumn } from './list-columns.js';

const MOST_SHOWN = 200;

export class ColumnChooser {
  #columns;
  #known = [];
  #load;
  #onChoose;
  #search = h('input', { type: 'search', placeholder: 'Find a column', 'aria-label': 'Find a column' });
  #list = h('ul', { class: 'column-list' });
  #note = h('p', { class: 'quiet', role: 'status' });
  element;

  /** `load()` gives what `/columns` lists; `onChoose(columns)` hears of a change. */
  constructor(columns, load, onChoose) {
    this.#columns = columns;
    this.#load = load;
    this.#onChoose = onChoose;
    this.#search.addEventListener('input', () => this.#show());
    const usual = h('button', { type: 'button', on: { click: () => this.#choose(DEFAULT_COLUMNS) } }, 'Usual columns');
    this.element = h('details', { class: 'column-chooser' }, h('summary', {}, 'Columns'),
      h('div', { class: 'column-panel' }, h('div', { class: 'column-head' }, this.#search, usual), this.#list, this.#note));
    this.element.addEventListener('toggle', () => this.element.open && this.#open());
    this.element.addEventListener('keydown', (event) => event.key === 'Escape' && this.#close());
  }

  async #open() {
    this.#show();
    setText(this.#note, 'Reading the columns…');
    try {
      this.#known = await this.#load();
      this.#show();
    } catch (e) {
      setText(this.#note, `The other columns could not be read: ${e.message}`);
    }
  }

  #close() {
    this.element.open = false;
    this.element.querySelector('summary').focus();
  }

  #choose(columns) {
    this.#columns = columns;
    this.#onChoose(columns);
    this.#show();
  }

  #show() {
    const focused = document.activeElement?.dataset?.column;
    const unknown = this.#columns.filter((name) => !this.#known.some((k) => k.name === name)).map((name) => ({ name, runs: null }));
    const offered = offeredColumns([...unknown, ...this.#known], this.#search.value);
    this.#list.replaceChildren(...offered.slice(0, MOST_SHOWN).map((column) => this.#item(column)));
    setText(this.#note, offered.length === 0 ? 'No column matches.'
      : offered.length > MOST_SHOWN ? `${count(offered.length - MOST_SHOWN)} more; type to find them.` : '');
    if (focused) this.#list.querySelector(`[data-column="${CSS.escape(focused)}"]`)?.focus();
  }

  #item({ name, label, runs }) {
    const box = h('input', { type: 'checkbox', checked: this.#columns.includes(name), 'data-column': name,
      on: { change: () => this.#choose(toggledColumn(this.#columns, name)) } });
    return h('li', {}, h('label', { title: name }, box, h('span', {}, label),
      runs === null ? null : h('small', {}, `${count(runs)} ${runs === 1 ? 'run' : 'runs'}`)));
  }
}
