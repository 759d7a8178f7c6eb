// SPDX-License-Identifier: Apache-2.0
// The name under which a person acts, kept in this browser.

import { field } from './dom.js';
import { keep, kept } from './kept.js';

const KEY = 'name';
const MOST_LETTERS = 200;

/** A field that asks for it. */
export function nameField() {
  return field('Your name', 'by', { value: storedName(), maxlength: String(MOST_LETTERS), autocomplete: 'name' },
    'Optional; kept in this browser.');
}

/** Keeps the name that was given; returns it, or undefined for none. */
export function keepName(given) {
  const name = given.trim();
  keep(KEY, name || null);
  return name || undefined;
}

/** The name that was given last; '' for none. */
export function storedName() {
  return kept(KEY) ?? '';
}
