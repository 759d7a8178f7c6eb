// SPDX-License-Identifier: Apache-2.0
// Layers × steps: how each value differs from its own layer's past, in powers of two. Pure functions.

import { beginnings, medianStride } from './buckets.js';
import { byLayer } from './theme.js';

/** Buckets that are a layer's own past: their median is what the next one is held against. */
const PAST = 32;
const LEAST_PAST = 3;

/** Changes beyond this many doublings have the last colour. */
export const MOST_DOUBLINGS = 2;

/**
 * A row per layer, from first to last: `{ layer, x, to, step, value, change }`, columns of its cells.
 * A cell reaches from `x` to `to`; `value` is the bucket's value that is farthest from the past, so that
 * a spike of one step is seen; `change` is log2(value / median of the past), null where there is no past
 * yet or the logarithm has no sense. Rolled-back parts are left out.
 *
 * @param lines placed lines of one chart
 */
export function heatRows(lines) {
  const rows = new Map();
  for (const line of lines.filter((l) => !l.dead)) {
    if (!rows.has(line.layer)) {
      rows.set(line.layer, { layer: line.layer, past: new Past(), x: [], to: [], step: [], value: [], change: [] });
    }
    addCells(rows.get(line.layer), line.series);
  }
  return [...rows.values()].sort((a, b) => byLayer(a.layer, b.layer));
}

function addCells(row, series) {
  const places = series.x ?? series.step;
  const begins = beginnings(series);
  const usual = usualWidth(series, places);
  series.mean.forEach((mean, i) => {
    if (mean === null) return;
    const whole = i + 1 < places.length && !begins[i + 1];
    const median = row.past.median();
    const value = farthest(series.min[i] ?? mean, series.max[i] ?? mean, mean, median);
    row.x.push(places[i]);
    row.to.push(whole ? places[i + 1] : places[i] + usual);
    row.step.push(series.step[i]);
    row.value.push(value);
    row.change.push(median > 0 && value > 0 ? Math.log2(value / median) : null);
    row.past.add(mean);
  });
}

function farthest(min, max, mean, median) {
  if (median === null) return mean;
  if (min <= 0 || median <= 0) return max - median >= median - min ? max : min;
  return max / median >= median / min ? max : min;
}

function usualWidth({ step }, places) {
  const stride = medianStride(step) || 1;
  const steps = step.at(-1) - step[0];
  return steps > 0 ? stride * (places.at(-1) - places[0]) / steps : stride;
}

/** The cell of a row at that place, or -1. */
export function cellAt({ x, to }, place) {
  let low = 0;
  let high = x.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (x[middle] <= place) low = middle + 1;
    else high = middle;
  }
  return low > 0 && place < to[low - 1] ? low - 1 : -1;
}

/** The last values, in order of size too, so that a median costs no sorting. */
class Past {
  #inOrder = [];
  #sorted = [];

  add(value) {
    this.#inOrder.push(value);
    this.#sorted.splice(this.#place(value), 0, value);
    if (this.#inOrder.length > PAST) this.#sorted.splice(this.#place(this.#inOrder.shift()), 1);
  }

  #place(value) {
    const i = this.#sorted.findIndex((other) => other >= value);
    return i < 0 ? this.#sorted.length : i;
  }

  median() {
    const n = this.#sorted.length;
    if (n < LEAST_PAST) return null;
    return n % 2 === 1 ? this.#sorted[n >> 1] : (this.#sorted[n / 2 - 1] + this.#sorted[n / 2]) / 2;
  }
}
