// SPDX-License-Identifier: Apache-2.0
// What this browser keeps for its user. A browser that keeps nothing works all the same.

const PREFIX = 'foreshock.';

/** The text kept under a name, or null. */
export function kept(name) {
  try {
    return localStorage.getItem(PREFIX + name);
  } catch {
    return null;
  }
}

/** Keeps a text under a name; null removes it. */
export function keep(name, text) {
  try {
    if (text === null) localStorage.removeItem(PREFIX + name);
    else localStorage.setItem(PREFIX + name, text);
  } catch {
    // full, or not allowed: the choice holds until the page is left
  }
}
