// SPDX-License-Identifier: Apache-2.0
// Who acts: the name that a person gave in this browser, for the monitor's record.

import { field } from './dom.js';

const KEY = 'foreshock.by';
const LONGEST = 200;

/** The name given last, null without any. */
export function who() {
  return localStorage.getItem(KEY) || null;
}

/** Keeps the name that a dialog's answer holds, and gives it; null for an empty one. */
export function keepWho(answer) {
  const name = String(answer.by ?? '').trim();
  if (name === '') localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, name);
  return name || null;
}

/** The field of a dialog that asks for the name. */
export function whoField() {
  return field('Your name', 'by', { value: who() ?? '', maxlength: String(LONGEST), autocomplete: 'name' },
    'It goes into the audit log. This browser remembers it.');
}
