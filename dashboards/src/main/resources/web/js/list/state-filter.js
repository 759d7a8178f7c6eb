// SPDX-License-Identifier: Apache-2.0
// Buttons that show the runs of one state, with how many there are.

import { h } from '../dom.js';
import { words } from '../format.js';

export class StateFilter {
  #onChoose;
  element = h('div', { class: 'state-filter', role: 'group', 'aria-label': 'State' });

  constructor(onChoose) {
    this.#onChoose = onChoose;
  }

  /** Shows the counts of `/api/v1/counts`, and which state is chosen; '' for all. */
  update({ runs, states }, chosen) {
    const counts = new Map([['', runs], ...Object.entries(states).filter(([state, n]) => n > 0 || state === chosen)]);
    const key = JSON.stringify([...counts, chosen]);
    if (this.element.dataset.key === key) return;
    const focused = this.element.contains(document.activeElement) ? document.activeElement.value : null;
    this.element.dataset.key = key;
    this.element.replaceChildren(...[...counts].map(([state, n]) => h('button', {
      type: 'button', value: state, 'aria-pressed': String(state === chosen), on: { click: () => this.#onChoose(state) },
    }, `${state === '' ? 'All' : words(state)} ${n}`)));
    if (focused !== null) [...this.element.children].find((b) => b.value === focused)?.focus();
  }
}
