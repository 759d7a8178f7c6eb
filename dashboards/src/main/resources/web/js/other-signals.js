// SPDX-License-Identifier: Apache-2.0
// Every number that the run sends, to choose charts from.

import { h, setText } from './dom.js';
import { number, words } from './format.js';
import { chartName, grouped } from './signals.js';

export class OtherSignals {
  #title = h('summary', {}, 'Every number of this run');
  #search = h('input', { type: 'search', placeholder: 'Search', 'aria-label': 'Search the numbers of this run' });
  #list = h('div', { class: 'signal-groups' });
  #empty = h('p', { class: 'quiet', hidden: true });
  #box = h('details', { class: 'signals-box', 'data-part': 'signals' }, this.#title, this.#search, this.#empty, this.#list);
  #signals = [];
  #chosen = [];
  #signature = '';
  element = this.#box;
  #wanted;
  #choose;

  /** `wanted()` when somebody looks; `choose(names)` when the choice changed, in the order of the charts. */
  constructor(wanted, choose) {
    this.#wanted = wanted;
    this.#choose = choose;
    this.#box.addEventListener('toggle', () => this.#box.open && this.#wanted());
    this.#search.addEventListener('input', () => this.#show());
  }

  /** Whether somebody looks at it. */
  get open() {
    return this.#box.open;
  }

  /** Opens it, to type a part of a name. */
  search() {
    this.#box.open = true;
    this.#search.focus();
  }

  /** Shows what the run sends; `chosen` are the names of the charts that are shown, in order. */
  update(signals, chosen) {
    this.#signals = signals;
    this.#chosen = chosen;
    setText(this.#title, `Every number of this run (${signals.length})`);
    this.#show();
  }

  #show() {
    const groups = grouped(this.#signals, this.#search.value);
    const signature = JSON.stringify([groups, this.#chosen]);
    if (signature === this.#signature) return;
    this.#signature = signature;
    this.#empty.hidden = groups.length > 0;
    setText(this.#empty, this.#signals.length === 0 ? 'Nothing is stored yet.' : 'No name contains this text.');
    const focused = document.activeElement?.dataset?.signal;
    this.#list.replaceChildren(...groups.map(({ measurement, signals }) => h('fieldset', {},
      h('legend', {}, measurement), ...signals.map((signal) => this.#row(signal)))));
    if (focused) this.#list.querySelector(`[data-signal="${CSS.escape(focused)}"]`)?.focus();
  }

  #row(signal) {
    const name = chartName(signal);
    const box = h('input', {
      type: 'checkbox',
      'data-signal': name,
      checked: this.#chosen.includes(name),
      on: { change: () => this.#toggle(name) },
    });
    const judges = signal.judged_by.map(words).join(', ');
    return h('label', { class: 'signal', title: signal.definition }, box, h('span', { class: 'signal-name' }, signal.name),
      h('b', {}, number(signal.last_value)),
      h('small', {}, [signal.unit === '1' ? null : signal.unit, judges ? `judged by ${judges}` : 'not judged']
        .filter(Boolean).join(' · ')));
  }

  #toggle(name) {
    const chosen = this.#chosen.includes(name)
      ? this.#chosen.filter((other) => other !== name)
      : [...this.#chosen, name];
    this.#choose(chosen);
  }
}
