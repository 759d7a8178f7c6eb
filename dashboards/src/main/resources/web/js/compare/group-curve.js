// SPDX-License-Identifier: Apache-2.0
// One curve for several runs: their values on a common grid of x, the mean over runs, and a band
// that holds every value of every run.

import { pieces } from '../band-series.js';
import { lowerBound } from '../buckets.js';

/**
 * The curve of runs given as rows `[x, mean, min, max]` with null for a gap: rows `[x, mean, min,
 * max, runs]` at `points` places between the lowest and the highest x. The mean is over the runs that
 * have a value at the place, interpolated between neighbours but never across a gap. Extremes
 * between two places belong to the nearer one, so that no spike is lost.
 */
export function groupCurve(members, points) {
  const xs = members.flatMap((rows) => rows.filter(Boolean).map((row) => row[0]));
  if (xs.length === 0) return [];
  const first = xs.reduce((a, b) => Math.min(a, b));
  const last = xs.reduce((a, b) => Math.max(a, b));
  const cells = first === last ? 1 : points;
  const width = cells === 1 ? 1 : (last - first) / (cells - 1);
  const grid = Array.from({ length: cells }, (_, k) => ({ x: first + k * width, sum: 0, runs: 0, min: Infinity, max: -Infinity }));
  for (const rows of members) {
    addValues(grid, rows);
    for (const row of rows) {
      if (row) widen(grid[Math.min(cells - 1, Math.round((row[0] - first) / width))], row[2], row[3]);
    }
  }
  return grid.map(({ x, sum, runs, min, max }) => (runs === 0 ? null : [x, sum / runs, min, max, runs]));
}

function addValues(grid, rows) {
  for (const piece of pieces(rows)) {
    const xs = piece.map((row) => row[0]);
    for (const cell of grid) {
      if (cell.x < xs[0] || cell.x > xs.at(-1)) continue;
      const value = valueAt(piece, xs, cell.x);
      cell.sum += value;
      cell.runs++;
      widen(cell, value, value);
    }
  }
}

function valueAt(piece, xs, x) {
  const after = lowerBound(xs, x);
  if (xs[after] === x || after === 0) return piece[after][1];
  const [x0, y0] = piece[after - 1];
  const [x1, y1] = piece[after];
  return y0 + ((y1 - y0) * (x - x0)) / (x1 - x0);
}

function widen(cell, min, max) {
  cell.min = Math.min(cell.min, min);
  cell.max = Math.max(cell.max, max);
}
