// SPDX-License-Identifier: Apache-2.0
// Every number that any of the compared runs sends, to choose charts from.

import { h, setText } from '../dom.js';
import { chartName, grouped } from '../signals.js';

/** The signals of several runs as one list, each with the number of `runs` that send it. */
export function unitedSignals(lists) {
  const united = new Map();
  for (const signals of lists) {
    for (const signal of signals) {
      const known = united.get(chartName(signal));
      if (known) known.runs++;
      else united.set(chartName(signal), { ...signal, runs: 1 });
    }
  }
  return [...united.values()];
}

export class SignalChoice {
  #search = h('input', { type: 'search', placeholder: 'Search', 'aria-label': 'Search the numbers of these runs' });
  #list = h('div', { class: 'signal-groups' });
  #note = h('p', { class: 'quiet', hidden: true });
  #signals = [];
  #of = 0;
  #chosen = [];
  #signature = '';
  #toggle;
  element;

  /** `wanted()` when somebody looks; `toggle(name)` with a chart's name, as in links. */
  constructor(wanted, toggle) {
    this.#toggle = toggle;
    this.element = h('details', { class: 'signals-box' }, h('summary', {}, 'Choose charts from every number of these runs'),
      this.#search, this.#note, this.#list);
    this.element.addEventListener('toggle', () => this.element.open && wanted());
    this.#search.addEventListener('input', () => this.#show());
  }

  /** Shows what `of` runs send; `chosen` are the names of the charts that are there. */
  update(signals, of, chosen) {
    this.#signals = signals;
    this.#of = of;
    this.#chosen = chosen;
    this.#show();
  }

  #show() {
    const groups = grouped(this.#signals, this.#search.value);
    const signature = JSON.stringify([groups.map(({ signals }) => signals.map((s) => [chartName(s), s.runs])), this.#of, this.#chosen]);
    if (signature === this.#signature) return;
    this.#signature = signature;
    const focused = document.activeElement?.dataset?.signal;
    this.#note.hidden = groups.length > 0;
    setText(this.#note, this.#signals.length === 0 ? 'These runs have sent nothing yet.' : 'No name contains this text.');
    this.#list.replaceChildren(...groups.map(({ measurement, signals }) => h('fieldset', {},
      h('legend', {}, measurement), ...signals.map((signal) => this.#row(signal)))));
    if (focused) this.#list.querySelector(`[data-signal="${CSS.escape(focused)}"]`)?.focus();
  }

  #row(signal) {
    const name = chartName(signal);
    const box = h('input', {
      type: 'checkbox', 'data-signal': name, checked: this.#chosen.includes(name), on: { change: () => this.#toggle(name) },
    });
    return h('label', { class: 'signal', title: signal.definition }, box, h('span', { class: 'signal-name' }, signal.name),
      h('small', {}, [signal.unit === '1' ? null : signal.unit, `${signal.runs} of ${this.#of} runs`].filter(Boolean).join(' · ')));
  }
}
