// SPDX-License-Identifier: Apache-2.0
// Which steps the charts show: presets and two numbers, for keyboards and touch screens.

import { h } from './dom.js';

const RECENT = [1000, 200];

export class RangeBar {
  #from = number('First step');
  #to = number('Last step');
  #whole = h('button', { type: 'button', 'aria-pressed': 'true' }, 'Whole run');
  element;

  /** `onRange({ from, to })`, null ends open; `lastStep()` gives the newest step. */
  constructor(onRange, lastStep) {
    const recent = (steps) => {
      const from = Math.max(0, lastStep() - steps);
      onRange({ from, to: null });
    };
    this.#whole.addEventListener('click', () => onRange({ from: null, to: null }));
    const form = h('form', { class: 'range-form' }, h('span', {}, 'steps'), this.#from, '–', this.#to,
      h('button', { type: 'submit' }, 'Show'));
    form.addEventListener('submit', (e) => {
      e.preventDefault();
      const [from, to] = [this.#from, this.#to].map((i) => (i.value === '' ? null : Number(i.value)));
      if (from === null || to === null || from < to) onRange({ from, to });
    });
    this.element = h('div', { class: 'range-bar', role: 'group', 'aria-label': 'Range of steps' },
      this.#whole,
      ...RECENT.map((n) => h('button', { type: 'button', on: { click: () => recent(n) } }, `Last ${n}`)),
      form, h('span', { class: 'range-note' }, 'Drag across a chart to zoom, double-click for the whole run.'));
  }

  /** Shows the range in force. */
  update({ from, to }) {
    this.#whole.setAttribute('aria-pressed', String(from === null && to === null));
    this.#from.value = from ?? '';
    this.#to.value = to ?? '';
  }
}

function number(label) {
  return h('input', { type: 'number', min: '0', step: '1', 'aria-label': label });
}
