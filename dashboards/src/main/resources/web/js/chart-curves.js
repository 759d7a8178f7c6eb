// SPDX-License-Identifier: Apache-2.0
// The curves of a chart with their min–max bands, as ECharts series.

import { bandSeries, extremes, pieces } from './band-series.js';
import { thinned, withGaps } from './buckets.js';
import { smoothed } from './smoothing.js';
import { byLayer, rampColor } from './theme.js';

const MOST_SERIES = 32;
// Of many curves together: without a graphics card, twice as many are painted in up to four times the time.
const MOST_POINTS = 16_000;
const MOST_BAND_POINTS = 6_000;
// Of one curve: two for each pixel of a usual chart.
const MOST_OF_A_CURVE = 600;
// A wider line is painted in thirty times the time without a graphics card.
const HAIRLINE = 1;

/** Colour per layer of the chart; scalar charts have the one layer `null`. */
export function layerColors(lines, colors) {
  const layers = [...new Set(lines.map((l) => l.layer))].sort(byLayer);
  if (layers.length === 1 && layers[0] === null) return new Map([[null, colors.accent]]);
  return new Map(layers.map((layer, i) => [layer, rampColor(colors.ramp, i, layers.length)]));
}

/**
 * The series of placed lines. Consecutive segments of the living lineage join into one curve per layer;
 * each dead one is its own. A smoothed curve has the unsmoothed one behind it, faintly.
 */
export function curveSeries(lines, log, smoothing, tint) {
  const joined = new Map();
  const bands = [];
  const add = (key, line, id, rows, style) => {
    if (!joined.has(key)) joined.set(key, { id, dead: line.dead, color: tint.get(line.layer), style, rows: [] });
    joined.get(key).rows.push(...rows);
  };
  for (const line of lines) {
    const { layer, series, dead, segment } = line;
    const name = layer ?? 'all';
    const rows = thinned(withGaps(series, log), MOST_OF_A_CURVE);
    if (dead) {
      add(`${segment} ${layer}`, line, `dead-${segment}-${name}`, rows, { width: 1, opacity: 0.32 });
      continue;
    }
    bands.push({ rows, style: { fill: tint.get(layer), opacity: 0.22, stroke: tint.get(layer), lineWidth: 0.5 } });
    const smooth = smoothing?.weight > 0;
    if (smooth) add(`raw ${layer}`, line, `raw-${name}`, rows, { width: 0.8, opacity: 0.35 });
    const values = smooth
      ? thinned(withGaps(series, log, smoothed(series, smoothing.weight, smoothing.unit, log)), MOST_OF_A_CURVE)
      : rows;
    add(`live ${layer}`, line, `live-${name}`, values, { width: smooth ? 2 : 1.6, opacity: 1 });
  }
  const curves = [...joined.values()];
  if (curves.length <= MOST_SERIES) return [bandSeries(bands), ...curves.map(curve)];
  return [bandSeries(fewer(bands, MOST_BAND_POINTS)), manyCurves(fewer(curves, MOST_POINTS))];
}

function fewer(curves, points) {
  const most = Math.ceil(points / curves.length);
  return curves.map((curve) => ({ ...curve, rows: thinned(curve.rows, most) }));
}

// A hundred layers as one series, each a line without symbols: drawn in half the time of as many series.
function manyCurves(curves) {
  const all = curves.flatMap(({ rows, ...look }) => pieces(rows).map((piece) => ({ ...look, piece })));
  return {
    type: 'custom',
    id: 'live-many',
    silent: true,
    clip: true,
    z: 3,
    encode: { x: 0, y: [1, 2] },
    data: all.map(({ piece }) => [piece[0][0], ...extremes(piece)]),
    renderItem: (params, api) => {
      const { piece, color, style } = all[params.dataIndex];
      return {
        type: 'polyline',
        shape: { points: piece.map((row) => api.coord(row)) },
        style: { stroke: color, lineWidth: Math.min(HAIRLINE, style.width), opacity: style.opacity, fill: 'none' },
      };
    },
  };
}

function curve({ id, dead, color, style, rows }) {
  return {
    type: 'line',
    id,
    name: dead ? 'dead' : 'live',
    data: rows.map((row) => (row ? [row[0], row[1]] : [null, null])),
    showSymbol: rows.length === 1,
    symbolSize: 4,
    silent: true,
    connectNulls: false,
    z: dead ? 2 : 3,
    emphasis: { disabled: true },
    itemStyle: { color },
    lineStyle: { color, ...style },
  };
}
