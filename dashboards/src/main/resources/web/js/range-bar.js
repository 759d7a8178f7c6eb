// SPDX-License-Identifier: Apache-2.0
// What all charts share: which steps they show, over what they are drawn, and how much they are smoothed.

import { h, setText } from './dom.js';
import { number as numberText } from './format.js';

const RECENT = [1000, 200];
const DRAG = 'Drag across a chart to zoom, double-click for the whole run.';
const WHOLE = { from: null, to: null };

export class RangeBar {
  #from = number('First step');
  #to = number('Last step');
  #whole = h('button', { type: 'button', 'aria-pressed': 'true' }, 'Whole run');
  #axis = h('select', { 'aria-label': 'Draw over' });
  #smooth = h('input', { type: 'range', min: '0', max: '0.99', step: '0.01', 'aria-label': 'Smoothing' });
  #weight = h('output', {});
  #reset = h('button', { type: 'button', hidden: true }, 'Reset layout');
  #note = h('span', { class: 'range-note' }, DRAG);
  #signature = '';
  element;

  /** `on.change(part of a view)`, `on.reset()` for the layout; `lastStep()` gives the newest step. */
  constructor(on, lastStep) {
    const recent = (steps) => on.change({ from: Math.max(0, lastStep() - steps), to: null });
    this.#whole.addEventListener('click', () => on.change(WHOLE));
    this.#axis.addEventListener('change', () => on.change({ x: this.#axis.value }));
    this.#smooth.addEventListener('input', () => on.change({ smooth: Number(this.#smooth.value) }));
    this.#reset.addEventListener('click', () => on.reset());
    const form = h('form', { class: 'range-form' }, h('span', {}, 'steps'), this.#from, '–', this.#to,
      h('button', { type: 'submit' }, 'Show'));
    form.addEventListener('submit', (e) => {
      e.preventDefault();
      const [from, to] = [this.#from, this.#to].map((i) => (i.value === '' ? null : Number(i.value)));
      if (from === null || to === null || from < to) on.change({ from, to });
    });
    this.element = h('div', { class: 'range-bar', role: 'group', 'aria-label': 'What the charts show' },
      this.#whole,
      ...RECENT.map((n) => h('button', { type: 'button', on: { click: () => recent(n) } }, `Last ${n}`)),
      form,
      h('div', { class: 'range-choices' },
        h('label', {}, 'over', this.#axis),
        h('label', {}, 'smooth', this.#smooth, this.#weight),
        this.#reset,
        this.#note));
  }

  /** Shows the view in force, and the axes there are: `{ kind, words, reason }`. */
  update({ from, to, x, smooth }, axes, arrangedByHand) {
    this.#whole.setAttribute('aria-pressed', String(from === null && to === null));
    if (![this.#from, this.#to].includes(document.activeElement)) {
      this.#from.value = from ?? '';
      this.#to.value = to ?? '';
    }
    const signature = JSON.stringify(axes);
    if (signature !== this.#signature) {
      this.#signature = signature;
      this.#axis.replaceChildren(...axes.map(({ kind, words, reason }) =>
        h('option', { value: kind, disabled: reason !== null, title: reason }, reason ? `${words}: not available` : words)));
    }
    const missing = axes.find(({ kind }) => kind === x)?.reason;
    setText(this.#note, missing ? `Drawn over steps: ${missing}` : DRAG);
    this.#axis.title = axes.map(({ reason }) => reason).filter(Boolean).join(' ');
    this.#axis.value = x;
    this.#smooth.value = String(smooth);
    setText(this.#weight, smooth > 0 ? numberText(smooth, 2) : 'off');
    this.#reset.hidden = !arrangedByHand;
  }
}

function number(label) {
  return h('input', { type: 'number', min: '0', step: '1', 'aria-label': label });
}
