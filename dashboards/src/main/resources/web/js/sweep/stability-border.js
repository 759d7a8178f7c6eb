// SPDX-License-Identifier: Apache-2.0
// The predicted border of stability: the highest safe learning rate over sizes. Pure functions.

import { count, finite, number, short } from '../format.js';

const INSIDE = 10;
const BELOW = 1;
const ABOVE = 5;
const FARTHER_BELOW = 2; // times smaller than the smallest tried
const FARTHER_ABOVE = 10; // times larger than the largest
// Caveats that the map itself shows: how far outside a size is, and what its axis measures.
const SHOWN = /^the size is |^sizes are compared /;

/** The sizes at which the border is asked for: some within the tried ones, some on either side. */
export function borderSizes(sizes) {
  if (sizes.length === 0) return [];
  const [low, high] = [Math.min(...sizes), Math.max(...sizes)];
  const between = (from, to, n) => Array.from({ length: n + 1 }, (_, i) => from * (to / from) ** (i / n));
  const inside = low === high ? [low] : between(low, high, INSIDE - 1);
  return [
    ...between(low / FARTHER_BELOW, low, BELOW).slice(0, -1),
    ...inside,
    ...between(high, high * FARTHER_ABOVE, ABOVE).slice(1),
  ].map(Math.round);
}

/**
 * The border from the preflights at `sizes`: `pieces` of rows `[learningRate, size, atLeast]`, each with
 * `tried`, whether it lies within the tried sizes; neighbouring pieces share an end. `atLeast` says that
 * the highest learning rate that was tried is still safe.
 */
export function borderOf(sizes, preflights) {
  const rows = sizes.map((size, i) => {
    const { safe_learning_rate: rate, safe_up_to_the_highest: atLeast, basis } = preflights[i];
    return finite(rate) ? { row: [rate, size, atLeast], tried: isTried(size, basis) } : null;
  });
  const pieces = [];
  rows.forEach((end, i) => {
    const start = rows[i - 1];
    if (!end || !start) return;
    const tried = start.tried && end.tried;
    const piece = pieces.at(-1);
    if (piece?.tried === tried && piece.rows.at(-1) === start.row) piece.rows.push(end.row);
    else pieces.push({ tried, rows: [start.row, end.row] });
  });
  return pieces;
}

function isTried(size, { smallest_parameters: low, largest_parameters: high }) {
  const slack = 1.001; // sizes are rounded
  return size * slack >= low && size <= high * slack;
}

/** What is to be said about the border: by which runs, where there is none, and its caveats. */
export function borderText(sizes, preflights) {
  if (preflights.length === 0) return [];
  const withBasis = preflights.filter(({ verdict }) => verdict !== 'no_basis');
  if (withBasis.length === 0) {
    return [`No border can be predicted: ${preflights[0].caveats.at(-1) ?? 'there are no runs to judge by'}.`];
  }
  const { basis } = withBasis[0];
  const said = [`Predicted by ${count(basis.settled)} finished runs, ${count(basis.lost)} of them unstable. Left of the `
    + 'border a run is unstable with a probability of at most 10 %.'];
  const unsafe = sizes.filter((size, i) => preflights[i].verdict !== 'no_basis' && !finite(preflights[i].safe_learning_rate));
  if (unsafe.length > 0) {
    said.push(`No learning rate from ${number(basis.lowest_learning_rate, 1)} on is known to be safe at ${sizeRange(unsafe)}.`);
  }
  const highest = sizes.filter((size, i) => preflights[i].safe_up_to_the_highest);
  if (highest.length > 0) {
    said.push(`At ${sizeRange(highest)} the highest learning rate that was tried is still safe, so the border is there or further right.`);
  }
  const caveats = new Set(withBasis.flatMap((p) => p.caveats).filter((c) => !SHOWN.test(c)));
  return [...said, ...[...caveats].map((c) => `${c.charAt(0).toUpperCase()}${c.slice(1)}.`)];
}

function sizeRange(sizes) {
  const [low, high] = [short(Math.min(...sizes)), short(Math.max(...sizes))];
  return low === high ? `${low} parameters` : `${low} to ${high} parameters`;
}
