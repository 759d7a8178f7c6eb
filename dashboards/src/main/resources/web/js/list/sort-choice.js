// SPDX-License-Identifier: Apache-2.0
// The order of the list as a choice, for phones, where a run is a block and the table has no headings.

import { h } from '../dom.js';
import { columnLabel, sortable } from './list-columns.js';

export class SortChoice {
  #select;
  element;

  constructor(onSort) {
    this.#select = h('select', { on: { change: () => onSort(this.#select.value) } });
    this.element = h('label', { class: 'sort-choice' }, 'Sort by', this.#select);
  }

  /** Offers the columns shown, and the order in force. */
  update({ columns, sort }) {
    const names = [...new Set(['state', 'name', ...columns.filter(sortable), sort.replace(/^-/, '')])];
    const key = JSON.stringify([names, sort]);
    if (this.#select.dataset.key === key) return;
    this.#select.dataset.key = key;
    this.#select.replaceChildren(...names.flatMap((name) => [
      h('option', { value: name }, columnLabel(name)), h('option', { value: `-${name}` }, `${columnLabel(name)}, reversed`)]));
    this.#select.value = sort;
  }
}
