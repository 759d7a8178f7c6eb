// SPDX-License-Identifier: Apache-2.0
// The bands of curves from their lowest to their highest values, broken where the curves are.

/** The parts of rows `[x, value, min, max]` between gaps, which are null. */
export function pieces(rows) {
  const found = [];
  let piece = [];
  for (const row of [...rows, null]) {
    if (row) piece.push(row);
    else if (piece.length > 0) {
      found.push(piece);
      piece = [];
    }
  }
  return found;
}

/** The lowest and the highest value of a part. */
export function extremes(piece) {
  return [piece.reduce((low, row) => Math.min(low, row[2]), Infinity), piece.reduce((high, row) => Math.max(high, row[3]), -Infinity)];
}

const isWide = (piece) => piece.some(([, , min, max]) => max > min);

/**
 * The bands of curves `{ rows, style }` as one custom series of ECharts, because a series costs more than
 * what it draws; `style` is a polygon's.
 */
export function bandSeries(curves) {
  const bands = curves.flatMap(({ rows, style }) => pieces(rows).filter(isWide).map((piece) => ({ piece, style })));
  return {
    type: 'custom',
    id: 'bands',
    silent: true,
    clip: true,
    z: 1,
    encode: { x: 0, y: [1, 2] }, // so that the vertical axis reaches as far as the band
    data: bands.map(({ piece }) => [piece[0][0], ...extremes(piece)]),
    renderItem: (params, api) => {
      const { piece, style } = bands[params.dataIndex];
      const upper = piece.map((row) => api.coord([row[0], row[3]]));
      const lower = piece.map((row) => api.coord([row[0], row[2]])).reverse();
      return { type: 'polygon', shape: { points: [...upper, ...lower] }, style };
    },
  };
}
