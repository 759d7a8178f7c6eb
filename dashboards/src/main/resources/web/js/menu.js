// SPDX-License-Identifier: Apache-2.0
// A small menu behind a button, for mouse, touch and keys.

import { h } from './dom.js';

export class Menu {
  #items;
  #list = h('div', { class: 'menu-list', role: 'menu', hidden: true });
  #button;
  element;

  /** `items()` gives what the menu holds when it opens: each `{ label, checked, why, act }`, or null for a rule. */
  constructor(label, items) {
    this.#items = items;
    this.#button = h('button', {
      type: 'button', class: 'menu-button', 'aria-label': label, title: label, 'aria-haspopup': 'menu', 'aria-expanded': 'false',
      on: { click: () => (this.#list.hidden ? this.#open() : this.#close()) },
    }, '⋯');
    this.element = h('div', { class: 'menu', on: { keydown: (e) => this.#key(e), focusout: (e) => this.#left(e) } },
      this.#button, this.#list);
  }

  #open() {
    this.#list.replaceChildren(...this.#items().map((item) => this.#item(item)));
    this.#list.hidden = false;
    this.#button.setAttribute('aria-expanded', 'true');
    this.#entries()[0]?.focus();
  }

  #close() {
    this.#list.hidden = true;
    this.#button.setAttribute('aria-expanded', 'false');
  }

  #item(item) {
    if (item === null) return h('hr', {});
    const { label, checked, why } = item;
    return h('button', {
      type: 'button',
      role: checked === undefined ? 'menuitem' : 'menuitemcheckbox',
      'aria-checked': checked === undefined ? null : String(checked),
      tabindex: '-1', // arrows lead here; and Safari gives the focus of a click only to what can have it
      'aria-disabled': why ? 'true' : null,
      title: why ?? null,
      on: { click: () => this.#choose(item) },
    }, label);
  }

  #choose({ why, act }) {
    if (why) return;
    this.#close();
    this.#button.focus();
    act();
  }

  #entries() {
    return [...this.#list.querySelectorAll('button')];
  }

  #key(event) {
    if (event.key === 'Escape' && !this.#list.hidden) {
      this.#close();
      this.#button.focus();
    } else if (this.#list.hidden && event.key === 'ArrowDown') {
      this.#open();
    } else if (!this.#list.hidden && ['ArrowDown', 'ArrowUp', 'Home', 'End'].includes(event.key)) {
      const entries = this.#entries();
      const at = entries.indexOf(document.activeElement);
      const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
      entries.at(to >= entries.length ? 0 : to)?.focus();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  #left({ relatedTarget }) {
    if (relatedTarget && !this.element.contains(relatedTarget)) this.#close();
    else if (!relatedTarget) setTimeout(() => this.element.contains(document.activeElement) || this.#close(), 0);
  }
}
