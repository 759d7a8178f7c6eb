// SPDX-License-Identifier: Apache-2.0
// How a run looks, by its place in the comparison. Colours repeat after eight, with another dash.

const DASHES = ['solid', [7, 4], [2, 3]];

/** `{ color, dash, label }` of a place; the label is a number that also stands at the line's end. */
export function lookOf(place, colors) {
  return {
    color: colors[place % colors.length],
    dash: DASHES[Math.floor(place / colors.length) % DASHES.length],
    label: String(place + 1),
  };
}
