// SPDX-License-Identifier: Apache-2.0
// The table of runs: headings that sort, rows that stay, and a selection.

import { h } from '../dom.js';
import { columnLabel, nextSort, sortable, sortDirection } from './list-columns.js';
import { RunRow } from './run-row.js';

const SPARE_ROWS = 100; // of runs that are no longer shown, before they are forgotten

export class RunTable {
  #rows = new Map();
  #columns = [];
  #shown = [];
  #hear;
  #all = h('input', { type: 'checkbox', 'aria-label': 'Select all runs shown' });
  #head = h('tr', {});
  #body = h('tbody', {});
  /** Names of the selected runs; only runs that are shown. */
  selected = new Set();
  element = h('table', { class: 'runs', hidden: true }, h('thead', {}, this.#head), this.#body);

  /** `onSort(sort)`, `onTag(tag)` and `onSelect()` hear of clicks. */
  constructor(hear) {
    this.#hear = hear;
    this.#all.addEventListener('change', () => this.select(this.#all.checked ? this.#shown.map(nameOf) : []));
  }

  /** Shows runs under an order. A change of the columns makes the rows anew. */
  update(runs, { columns, sort }) {
    const changed = columns.join() !== this.#columns.join();
    if (changed) this.#rows.clear();
    this.#columns = columns;
    this.#updateHead(sort, changed);
    this.#shown = this.#held(runs);
    const names = new Set(this.#shown.map(nameOf));
    for (const name of this.selected) if (!names.has(name)) this.selected.delete(name);
    const rows = this.#shown.map((run) => this.#row(run));
    // Only a changed order touches the table: focus and selection survive a refresh.
    const same = rows.length === this.#body.children.length && rows.every((row, i) => row === this.#body.children[i]);
    if (!same) this.#body.replaceChildren(...rows);
    if (this.#rows.size > 2 * rows.length + SPARE_ROWS) this.#forget(names);
    this.element.hidden = rows.length === 0;
    this.#updateAll();
  }

  /** Selects exactly these of the runs shown. */
  select(names) {
    const wanted = new Set(names);
    this.selected = new Set(this.#shown.map(nameOf).filter((name) => wanted.has(name)));
    this.#shown.forEach((run) => this.#row(run));
    this.#updateAll();
    this.#hear.onSelect();
  }

  /** What the list last said of a run. */
  run(name) {
    return this.#shown.find((run) => nameOf(run) === name);
  }

  // While runs are selected, none moves away under the pointer: new ones come last.
  #held(runs) {
    if (this.selected.size === 0) return runs;
    const place = new Map(this.#shown.map((run, i) => [nameOf(run), i]));
    const at = (run) => place.get(nameOf(run)) ?? Infinity;
    return [...runs].sort((a, b) => (at(a) === at(b) ? 0 : at(a) - at(b)));
  }

  #row(run) {
    const name = nameOf(run);
    if (!this.#rows.has(name)) {
      this.#rows.set(name, new RunRow(name, this.#columns, {
        onTag: this.#hear.onTag,
        onSelect: (event) => this.select(event.target.checked ? [...this.selected, name] : [...this.selected].filter((n) => n !== name)),
      }));
    }
    const row = this.#rows.get(name);
    row.update(run, this.selected.has(name));
    return row.element;
  }

  // Rows of runs that are no longer shown would add up.
  #forget(shown) {
    for (const name of this.#rows.keys()) if (!shown.has(name)) this.#rows.delete(name);
  }

  #updateAll() {
    this.#all.checked = this.selected.size > 0 && this.selected.size === this.#shown.length;
    this.#all.indeterminate = this.selected.size > 0 && this.selected.size < this.#shown.length;
  }

  #updateHead(sort, changed) {
    if (changed || this.#head.childElementCount === 0) {
      this.#head.replaceChildren(h('th', { scope: 'col', class: 'select-cell' }, h('label', {}, this.#all)),
        ...['state', 'name', ...this.#columns].map((column) => this.#heading(column)));
    }
    for (const heading of this.#head.querySelectorAll('[data-column]')) {
      const column = heading.dataset.column;
      const direction = sortDirection(sort, column);
      if (direction) heading.setAttribute('aria-sort', direction);
      else heading.removeAttribute('aria-sort');
      const button = heading.querySelector('button');
      if (button) button.value = nextSort(sort, column);
    }
  }

  #heading(column) {
    const label = columnLabel(column);
    const sort = (event) => this.#hear.onSort(event.currentTarget.value);
    return h('th', { scope: 'col', 'data-column': column }, !sortable(column) ? label
      : h('button', { type: 'button', class: 'sort', title: `Sort by ${label}`, on: { click: sort } }, label));
  }
}

function nameOf(run) {
  return String(run.run);
}
