// SPDX-License-Identifier: Apache-2.0
// Keys of the page. `?` lists them. A key that is typed into a field, or together with Ctrl or Alt, is not taken.

import { h } from './dom.js';

const PAUSE_MILLIS = 1200; // between the two keys of `g r`

/** One key, or two that follow each other such as `g r`: `{ keys, what, action }`. */
export class Keys {
  #own;
  #ofView = [];
  #first = '';
  #firstAt = 0;

  /** `own` are the keys that every page has. */
  constructor(own) {
    this.#own = [...own, { keys: '?', what: 'Show this list', action: () => this.list() }];
    document.addEventListener('keydown', (event) => this.#press(event));
  }

  /** Sets the keys of the page that is shown. */
  ofView(keys = []) {
    this.#ofView = keys;
    this.#first = '';
  }

  #press(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isTyped(event.target) || document.querySelector('dialog[open]')) return;
    const now = performance.now();
    const first = now - this.#firstAt < PAUSE_MILLIS ? this.#first : '';
    const found = find(this.#all(), first, event.key);
    const begun = !found && isBeginning(this.#all(), event.key);
    this.#first = begun ? event.key : '';
    this.#firstAt = now;
    if (found) {
      event.preventDefault();
      found.action();
    }
  }

  #all() {
    return [...this.#ofView, ...this.#own];
  }

  /** Shows all keys. */
  list() {
    const close = h('button', { type: 'submit', class: 'primary' }, 'Close');
    const dialog = h('dialog', { class: 'keys', 'aria-labelledby': 'keys-title' },
      h('form', { method: 'dialog' }, h('h2', { id: 'keys-title' }, 'Keys'),
        h('dl', {}, ...this.#all().map(({ keys, what }) => h('div', {},
          h('dt', {}, ...keys.split(' ').flatMap((key) => [h('kbd', {}, key), ' '])), h('dd', {}, what)))),
        h('div', { class: 'dialog-actions' }, close)));
    dialog.addEventListener('close', () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  }
}

/** The entry for a key after another one; undefined when there is none. */
export function find(entries, first, key) {
  return entries.find(({ keys }) => keys === (first ? `${first} ${key}` : key)) ?? entries.find(({ keys }) => keys === key);
}

/** Whether two keys begin with this one. */
export function isBeginning(entries, key) {
  return entries.some(({ keys }) => keys.startsWith(`${key} `));
}

function isTyped(target) {
  return target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName);
}
