// SPDX-License-Identifier: Apache-2.0
// The box for the list's filter, with a short help and, beside it, what the monitor could not read.

import { h, setText } from '../dom.js';
import { tagTerm } from './filter-terms.js';

const MOST_TAGS = 20;

const EXAMPLES = [
  ['gpt "small model"', 'part of the name; quotes keep blanks'],
  ['tag:prod', 'runs with this tag'],
  ['state:running', 'runs in this state'],
  ['lr>1e-3', 'a setting compared with a value: < <= > >= = !='],
  ['loss<2.5', 'the newest loss; step and probability work the same way'],
  ['last.grad_norm>1', 'the newest value of a number that the run sends'],
  ['optimizer:adam', 'a setting whose text holds this'],
  ['-tag:test', 'a minus sign excludes what matches'],
  ['archived:any', 'archived runs too; archived:yes shows only these'],
];

export class FilterBox {
  #input;
  #problem = h('p', { class: 'filter-problem', id: 'filter-problem', role: 'status', hidden: true });
  #tags = h('p', { class: 'filter-tags', hidden: true });
  #onTerm;
  element;
  help;

  /** `onInput(text)` hears of typing, `onTerm(term)` of a term that is to be added or removed. */
  constructor(text, { onInput, onTerm }) {
    this.#onTerm = onTerm;
    this.#input = h('input', {
      type: 'search', value: text, placeholder: 'Filter: name, tag:prod, lr>1e-3', spellcheck: 'false', autocomplete: 'off',
      'aria-label': 'Filter the runs', 'aria-describedby': 'filter-problem',
      on: { input: () => onInput(this.#input.value) },
    });
    this.help = h('div', { class: 'filter-help', id: 'filter-help', hidden: true },
      h('p', {}, 'A run is shown when every term matches:'),
      h('dl', {}, ...EXAMPLES.flatMap(([term, meaning]) =>
        [h('dt', {}, this.#termButton(term, term)), h('dd', {}, meaning)])),
      this.#tags);
    const ask = h('button', {
      type: 'button', 'aria-expanded': 'false', 'aria-controls': 'filter-help', 'aria-label': 'How to filter', class: 'filter-ask',
      on: { click: () => {
        this.help.hidden = !this.help.hidden;
        ask.setAttribute('aria-expanded', String(!this.help.hidden));
      } },
    }, '?');
    this.element = h('div', { class: 'filter-box' }, h('div', { class: 'filter-line' }, this.#input, ask), this.#problem);
  }

  #termButton(term, label) {
    return h('button', { type: 'button', class: 'term', on: { click: () => this.#onTerm(term) } }, h('code', {}, label));
  }

  /** Shows another filter, unless it is what the box holds. */
  set text(text) {
    if (this.#input.value !== text) this.#input.value = text;
  }

  /** Shows the tags in use, `{ tag: number of runs }`, as terms to click. */
  offerTags(tags) {
    const key = JSON.stringify(tags);
    if (this.#tags.dataset.key === key) return;
    this.#tags.dataset.key = key;
    const most = Object.entries(tags).sort(([, a], [, b]) => b - a).slice(0, MOST_TAGS);
    this.#tags.hidden = most.length === 0;
    this.#tags.replaceChildren('Tags in use: ', ...most.map(([tag, runs]) => this.#termButton(tagTerm(tag), `${tag} (${runs})`)));
  }

  /** Shows why the monitor refused the filter; '' when it did not. */
  refuse(message) {
    this.#problem.hidden = message === '';
    setText(this.#problem, message);
    this.#input.setAttribute('aria-invalid', String(message !== ''));
  }
}
