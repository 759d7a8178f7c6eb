// SPDX-License-Identifier: Apache-2.0
// Layers × steps: how each value differs from its own layer's past, in powers of two. Pure functions.

import { beginnings, medianStride } from './buckets.js';
import { byLayer } from './theme.js';

/** Buckets that are a layer's own past: the median of their highest (lowest) values is what the next one's is held against. */
const PAST = 32;
const LEAST_PAST = 3;

/** Changes beyond this many doublings have the last colour. */
export const MOST_DOUBLINGS = 2;

/**
 * A row per layer, from first to last: `{ layer, x, to, step, value, change }`, columns of its cells.
 * A cell reaches from `x` to `to`. `value` is the highest or the lowest value of the bucket, whichever
 * differs more from the same of the past, so that a spike of one step is seen; `change` is log2(value /
 * median of the past), null where there is no past yet or the logarithm has no sense. Rolled-back parts are
 * left out.
 *
 * @param lines placed lines of one chart
 */
export function heatRows(lines) {
  const rows = new Map();
  for (const line of lines.filter((l) => !l.dead)) {
    if (!rows.has(line.layer)) {
      rows.set(line.layer, { layer: line.layer, highs: new Past(), lows: new Past(), x: [], to: [], step: [], value: [], change: [] });
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
    const { value, change } = farthest([
      told(series.max[i] ?? mean, row.highs),
      told(series.min[i] ?? mean, row.lows),
    ]);
    row.x.push(places[i]);
    row.to.push(whole ? places[i + 1] : places[i] + usual);
    row.step.push(series.step[i]);
    row.value.push(value);
    row.change.push(change);
  });
}

// A value beside its past, of which it is a part from now on.
function told(value, past) {
  const median = past.median();
  past.add(value);
  return { value, change: median > 0 && value > 0 ? Math.log2(value / median) : null };
}

function farthest([high, low]) {
  return Math.abs(low.change ?? 0) > Math.abs(high.change ?? 0) ? low : high;
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
