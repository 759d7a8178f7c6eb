// SPDX-License-Identifier: Apache-2.0
// The order and the columns that a person chose last in this browser.

const KEY = 'foreshock.list';

/** `{ sort, columns }` as far as they are remembered. */
export function remembered() {
  try {
    const { sort, columns } = JSON.parse(localStorage.getItem(KEY)) ?? {};
    return {
      ...(typeof sort === 'string' ? { sort } : {}),
      ...(Array.isArray(columns) ? { columns: columns.map(String) } : {}),
    };
  } catch {
    return {}; // written by another version, or a browser that keeps nothing
  }
}

/** Remembers what changed; a filter belongs to a link only. */
export function remember({ sort, columns }) {
  const change = { ...(sort ? { sort } : {}), ...(columns ? { columns } : {}) };
  if (Object.keys(change).length === 0) return;
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...remembered(), ...change }));
  } catch {
    // a browser that keeps nothing: the link still holds it
  }
}
