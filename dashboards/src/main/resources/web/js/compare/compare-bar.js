// SPDX-License-Identifier: Apache-2.0
// What holds for all charts of a comparison: horizontal axis, smoothing, grouping, range.

import { h, setText } from '../dom.js';
import { AXES } from '../x-axis.js';

export class CompareBar {
  #axis = h('select', {}, ...AXES.map(({ kind, words }) => h('option', { value: kind }, words)));
  #smooth = h('input', { type: 'range', min: '0', max: '0.99', step: '0.01' });
  #weight = h('output', {});
  #group = h('select', {});
  #whole = h('button', { type: 'button' }, 'Whole range');
  #note = h('p', { class: 'quiet', role: 'status', hidden: true });
  element;

  /** Calls `change({ x | smooth | group | range })`. */
  constructor(change) {
    this.#axis.addEventListener('change', () => change({ x: this.#axis.value, range: { from: null, to: null } }));
    this.#smooth.addEventListener('input', () => change({ smooth: Number(this.#smooth.value) }));
    this.#group.addEventListener('change', () => change({ group: this.#group.value }));
    this.#whole.addEventListener('click', () => change({ range: { from: null, to: null } }));
    const labelled = (text, ...control) => h('label', {}, h('span', {}, text), ...control);
    this.element = h('div', { class: 'compare-bar' },
      h('div', { class: 'compare-controls', role: 'group', 'aria-label': 'Charts' },
        labelled('Over', this.#axis), labelled('Smoothing', this.#smooth, this.#weight),
        labelled('Group by', this.#group), this.#whole,
        h('span', { class: 'range-note quiet' }, 'Drag across a chart to zoom, double-click for the whole range.')),
      this.#note);
  }

  /** Shows the choices in force; `fields` are those in which the runs differ, `notes` sentences. */
  update({ x, smooth, group, range }, fields, notes) {
    this.#axis.value = x;
    if (Number(this.#smooth.value) !== smooth) this.#smooth.value = String(smooth);
    setText(this.#weight, smooth.toFixed(2));
    const choices = ['', ...new Set(group === '' ? fields : [...fields, group])];
    if (this.#group.dataset.key !== choices.join('\n')) {
      this.#group.dataset.key = choices.join('\n');
      this.#group.replaceChildren(...choices.map((field) => h('option', { value: field }, field === '' ? 'no field' : field)));
    }
    this.#group.value = group;
    this.#whole.disabled = range.from === null && range.to === null;
    setText(this.#note, notes.join(' '));
    this.#note.hidden = notes.length === 0;
  }
}
