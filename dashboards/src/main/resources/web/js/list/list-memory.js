// SPDX-License-Identifier: Apache-2.0
// The order and the columns that a person chose last in this browser.

import { keep, kept } from '../kept.js';

const NAME = 'list';

/** `{ sort, columns }` as far as they are remembered. */
export function remembered() {
  try {
    const { sort, columns } = JSON.parse(kept(NAME)) ?? {};
    return {
      ...(typeof sort === 'string' ? { sort } : {}),
      ...(Array.isArray(columns) ? { columns: columns.map(String) } : {}),
    };
  } catch {
    return {}; // written by another version
  }
}

/** Remembers what changed; a filter belongs to a link only. */
export function remember({ sort, columns }) {
  const change = { ...(sort ? { sort } : {}), ...(columns ? { columns } : {}) };
  if (Object.keys(change).length > 0) keep(NAME, JSON.stringify({ ...remembered(), ...change }));
}
