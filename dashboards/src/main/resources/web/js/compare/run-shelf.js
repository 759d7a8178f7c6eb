// SPDX-License-Identifier: Apache-2.0
// The compared runs: legend of all charts, and the place to add and remove runs.

import { get } from '../api.js';
import { h, setText } from '../dom.js';
import { number } from '../format.js';
import { runLink } from '../routes.js';
import { statePill, updatePill } from '../state-pill.js';
import { throttle } from '../throttle.js';
import { MOST_RUNS } from './compare-link.js';
import { swatch } from './swatch.js';

const FOUND = 12;
const SEARCH_MILLIS = 250;

export class RunShelf {
  #calls;
  #rows = new Map();
  #list = h('ul', { class: 'compared' });
  #groups = h('ul', { class: 'compared', 'aria-label': 'Groups' });
  #search = h('input', { type: 'search', placeholder: 'Add a run', 'aria-label': 'Add a run: part of its name, or a filter such as tag:prod' });
  #found = h('ul', { class: 'found', hidden: true });
  #note = h('p', { class: 'quiet', role: 'status', hidden: true });
  #names = [];
  #foundFor = null;
  #look = throttle(() => this.#find(), SEARCH_MILLIS);
  element;

  /** Calls `add(run)`, `remove(run)`, `emphasize(key or null)`; `signal` ends the searching. */
  constructor(calls, signal) {
    this.#calls = calls;
    this.signal = signal;
    const picker = h('div', { class: 'picker' }, this.#search, this.#found);
    this.#search.addEventListener('input', this.#look);
    this.#search.addEventListener('focus', this.#look);
    picker.addEventListener('keydown', (event) => this.#key(event));
    picker.addEventListener('focusout', ({ relatedTarget }) => {
      if (!picker.contains(relatedTarget)) this.#found.hidden = true;
    });
    this.element = h('section', { class: 'run-shelf', 'aria-label': 'Compared runs' }, this.#groups, this.#list, picker, this.#note);
  }

  /** Shows runs `{ name, look, line, run }`, `line` being the key of their curve, and groups; `dropped` runs were too many. */
  update(entries, groups, dropped) {
    this.#names = entries.map(({ name }) => name);
    const rows = entries.map((entry) => this.#row(entry));
    if (rows.some((row, i) => this.#list.children[i] !== row) || this.#list.children.length !== rows.length) {
      this.#list.replaceChildren(...rows); // otherwise untouched: focus survives a refresh
    }
    const key = JSON.stringify(groups);
    if (this.#groups.dataset.key !== key) {
      this.#groups.dataset.key = key;
      this.#groups.replaceChildren(...groups.map((group) => this.#groupRow(group)));
    }
    this.#search.disabled = entries.length >= MOST_RUNS;
    this.#say(dropped > 0 ? `${dropped} more runs are in the link; at most ${MOST_RUNS} are compared.`
      : entries.length >= MOST_RUNS ? `At most ${MOST_RUNS} runs are compared at once.` : '');
  }

  #say(text) {
    setText(this.#note, text);
    this.#note.hidden = text === '';
  }

  #emphasis(element, key) {
    for (const [type, value] of [['mouseenter', key], ['focusin', key], ['mouseleave', null], ['focusout', null]]) {
      element.addEventListener(type, () => this.#calls.emphasize(value));
    }
    return element;
  }

  #groupRow({ key, name, look }) {
    const row = h('li', { class: 'compared-group' }, swatch(look), h('b', {}, look.label), h('span', {}, name));
    return this.#emphasis(row, key);
  }

  #row({ name, look, line, run }) {
    const id = JSON.stringify([look, line]);
    const known = this.#rows.get(name);
    const row = known?.id === id ? known : { id, ...this.#newRow(name, look, line) };
    this.#rows.set(name, row);
    row.pill.hidden = run.summary === null;
    if (run.summary) updatePill(row.pill, run.summary.state);
    setText(row.loss, run.summary ? `loss ${number(run.summary.loss)}` : '');
    setText(row.problem, run.problem);
    return row.element;
  }

  #newRow(name, look, line) {
    const row = { pill: statePill(), loss: h('span', { class: 'quiet' }), problem: h('span', { class: 'problem' }) };
    row.element = this.#emphasis(h('li', { 'data-run': name }, swatch(look), h('b', {}, look.label),
      h('a', { href: runLink(name) }, name), row.pill, row.loss, row.problem,
      h('button', { type: 'button', class: 'close', 'aria-label': `Remove ${name}`, on: { click: () => this.#calls.remove(name) } }, '×')), line);
    return row;
  }

  async #find() {
    const text = this.#search.value.trim();
    try {
      const found = await get('/api/v1/runs', { q: text || null, limit: FOUND + this.#names.length }, this.signal);
      this.#offer(found.map(({ run, state }) => ({ name: String(run), state })).filter(({ name }) => !this.#names.includes(name)).slice(0, FOUND));
      this.#foundFor = text;
      this.#say('');
    } catch (e) {
      if (!this.signal.aborted) this.#say(`The runs could not be searched: ${e.message}.`);
    }
  }

  #offer(runs) {
    this.#found.replaceChildren(...(runs.length === 0 ? [h('li', { class: 'quiet' }, 'No other run matches.')]
      : runs.map(({ name, state }) => h('li', {}, h('button', {
        type: 'button', on: { click: () => this.#add(name) },
      }, h('span', {}, name), statePill(state))))));
    this.#found.hidden = !this.element.contains(document.activeElement);
  }

  #add(name) {
    this.#calls.add(name);
    this.#search.focus();
    this.#look();
  }

  #key(event) {
    const buttons = [...this.#found.querySelectorAll('button')];
    const at = buttons.indexOf(document.activeElement);
    if (event.key === 'Escape') {
      this.#found.hidden = true;
    } else if (event.key === 'Enter' && at < 0) {
      if (this.#foundFor === this.#search.value.trim()) buttons[0]?.click(); // otherwise they are those of an earlier text
    } else if (event.key === 'ArrowDown') {
      buttons[Math.min(at + 1, buttons.length - 1)]?.focus();
    } else if (event.key === 'ArrowUp') {
      (buttons[at - 1] ?? this.#search).focus();
    } else {
      return;
    }
    event.preventDefault();
  }
}
