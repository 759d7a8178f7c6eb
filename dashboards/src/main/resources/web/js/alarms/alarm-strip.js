// SPDX-License-Identifier: Apache-2.0
// A strip over time that shows when incidents were many, and leads to them.

import { stamp } from '../dates.js';
import { h } from '../dom.js';
import { count } from '../format.js';
import { SEVERITIES } from '../severity.js';
import { density } from './alarm-days.js';

const BINS = 60;
const LEAST_PERCENT = 12; // so that one incident beside a hundred is seen

export class AlarmStrip {
  #onJump;
  #bars = h('div', { class: 'strip-bars', role: 'toolbar', 'aria-label': 'Incidents over time; arrow keys move' });
  #from = h('span', {});
  #to = h('span', {});
  element = h('div', { class: 'strip', hidden: true }, this.#bars, h('div', { class: 'strip-ends' }, this.#from, this.#to));

  /** `onJump(incident)` hears of a click, with the newest incident there. */
  constructor(onJump) {
    this.#onJump = onJump;
    this.#bars.addEventListener('keydown', (event) => this.#move(event));
  }

  /** Shows when these incidents were. */
  update(incidents, since) {
    this.element.hidden = incidents.length === 0;
    const bins = density(incidents, BINS, since);
    const key = JSON.stringify(bins.map((b) => Object.values(b.counts)));
    this.#from.textContent = stamp(bins[0].from);
    this.#to.textContent = stamp(bins.at(-1).to);
    if (this.#bars.dataset.key === key) return;
    this.#bars.dataset.key = key;
    const focused = [...this.#bars.children].indexOf(document.activeElement);
    const most = Math.max(1, ...bins.map((b) => b.incidents.length));
    this.#bars.replaceChildren(...bins.map((bin) => this.#bar(bin, most)));
    const buttons = this.#buttons();
    if (buttons.length > 0) buttons.at(-1).tabIndex = 0;
    if (focused >= 0) this.#bars.children[focused]?.focus();
  }

  #bar(bin, most) {
    const n = bin.incidents.length;
    if (n === 0) return h('span', { class: 'bar' });
    const by = SEVERITIES.filter((s) => bin.counts[s] > 0);
    const label = `${stamp(bin.from)} to ${stamp(bin.to)}: ${count(n)} ${n === 1 ? 'incident' : 'incidents'}, `
      + by.map((s) => `${count(bin.counts[s])} ${s}`).join(', ');
    return h('button', {
      type: 'button', class: 'bar', tabindex: '-1', title: label, 'aria-label': label,
      on: { click: () => this.#onJump(bin.incidents[0]) },
    }, h('span', { class: 'stack', style: { height: `${Math.max(LEAST_PERCENT, (n / most) * 100)}%` } },
      ...by.map((s) => h('span', { class: s, style: { flex: String(bin.counts[s]) } }))));
  }

  #buttons() {
    return [...this.#bars.querySelectorAll('button')];
  }

  // One stop for the tab key; within, arrows go from bar to bar.
  #move(event) {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const buttons = this.#buttons();
    const next = buttons[buttons.indexOf(document.activeElement) + by];
    if (!by || !next) return;
    event.preventDefault();
    buttons.forEach((b) => (b.tabIndex = -1));
    next.tabIndex = 0;
    next.focus();
  }
}
