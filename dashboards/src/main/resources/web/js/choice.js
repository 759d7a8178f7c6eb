// SPDX-License-Identifier: Apache-2.0
// A few buttons of which one is pressed.

import { h } from './dom.js';

/** `options` maps each value to its label; `onChoose(value)` hears of clicks. */
export class Choice {
  element;

  constructor(label, options, onChoose) {
    this.element = h('div', { class: 'choice', role: 'group', 'aria-label': label }, ...[...options].map(([value, text]) =>
      h('button', { type: 'button', value, on: { click: () => onChoose(value) } }, text)));
  }

  /** Shows which value is chosen. */
  set value(chosen) {
    for (const button of this.element.children) button.setAttribute('aria-pressed', String(button.value === chosen));
  }
}
