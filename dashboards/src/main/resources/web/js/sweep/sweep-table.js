// SPDX-License-Identifier: Apache-2.0
// The runs of a map as a table: what a keyboard and a screen reader use in place of the map.

import { valueText } from '../compare/config-difference.js';
import { h } from '../dom.js';
import { count, number } from '../format.js';
import { runLink } from '../routes.js';
import { OUTCOMES } from './sweep-points.js';

export class SweepTable {
  #body = h('tbody', {});
  #select;
  #key = '';
  #heading = h('th', { scope: 'col' });
  element;

  /** Calls `select(run, whether)`. */
  constructor(select) {
    this.#select = select;
    this.element = h('div', { class: 'config-scroll', tabindex: '0', role: 'region', 'aria-label': 'Runs of this map' },
      h('table', { class: 'config-table' }, h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, 'Select'), h('th', { scope: 'col' }, 'Run'),
        this.#heading, ...['Learning rate', 'Last loss', 'End', 'Tags'].map((name) => h('th', { scope: 'col' }, name)))), this.#body));
  }

  /** Shows the points and which of them are selected; `field` is the one compared as size. */
  update(points, selected, field) {
    const key = JSON.stringify([points, [...selected]]);
    this.element.hidden = points.length === 0;
    if (key === this.#key) return;
    this.#key = key;
    this.#heading.textContent = field.replaceAll('_', ' ').replace(/^./, (c) => c.toUpperCase());
    const focused = document.activeElement?.dataset?.selects;
    this.#body.replaceChildren(...points.map((point) => this.#row(point, selected.has(point.run))));
    if (focused) this.#body.querySelector(`[data-selects="${CSS.escape(focused)}"]`)?.focus();
  }

  #row({ run, size, learningRate, loss, outcome, best, tags }, checked) {
    const box = h('input', { type: 'checkbox', 'aria-label': `Select ${run}`, 'data-selects': run, checked });
    box.addEventListener('change', () => this.#select(run, box.checked));
    return h('tr', {}, h('td', {}, box), h('th', { scope: 'row' }, h('a', { href: runLink(run) }, run)),
      h('td', {}, count(size)), h('td', {}, valueText(learningRate)),
      h('td', {}, number(loss) + (best ? ' (lowest of its size)' : '')), h('td', {}, OUTCOMES[outcome].words),
      h('td', {}, tags.join(', ')));
  }
}
