// SPDX-License-Identifier: Apache-2.0
// The band of a curve from its lowest to its highest values, broken where the curve is.

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

/** A custom series of ECharts that fills the band of such rows, in a polygon's style. */
export function bandSeries(id, rows, style) {
  const wide = pieces(rows).filter((piece) => piece.some((row) => row[3] > row[2]));
  return {
    type: 'custom',
    id,
    silent: true,
    clip: true,
    z: 1,
    data: wide.map((piece) => [piece[0][0], piece[0][1]]),
    renderItem: (params, api) => {
      const shown = wide[params.dataIndex];
      const upper = shown.map((row) => api.coord([row[0], row[3]]));
      const lower = shown.map((row) => api.coord([row[0], row[2]])).reverse();
      return { type: 'polygon', shape: { points: [...upper, ...lower] }, style };
    },
  };
}
