// SPDX-License-Identifier: Apache-2.0
// The map of a sweep as an ECharts option: runs by learning rate and size, and the predicted border.

import { logTick, short } from '../format.js';
import { OUTCOMES } from './sweep-points.js';

const ROOM = 1.6; // factor between the outermost points and the frame
const SIZES = { parameters: 'parameters', parameters_non_embedding: 'parameters without embedding and head' };
const SEED = 9; // pixels between runs of one size and learning rate

/** The option for `{ points, field, border, selected, read }`; `field` is the one compared as size. */
export function sweepOption({ points, field, border, selected, read }, colors) {
  const rows = border.flatMap((piece) => piece.rows);
  const [rates, sizes] = [[...points.map((p) => p.learningRate), ...rows.map((r) => r[0])],
    [...points.map((p) => p.size), ...rows.map((r) => r[1])]];
  return {
    animation: false,
    textStyle: { fontFamily: colors.font },
    title: {
      show: points.length === 0, text: read ? 'No run of this kind has a size and a learning rate.' : 'Reading …',
      left: 'center', top: 'middle',
      textStyle: { color: colors.muted, fontFamily: colors.font, fontSize: 13, fontWeight: 'normal' },
    },
    grid: { left: 64, right: 24, top: 28, bottom: 44 },
    tooltip: {
      trigger: 'item', confine: true, transitionDuration: 0, padding: 0, borderWidth: 0,
      backgroundColor: 'transparent', extraCssText: 'box-shadow:none',
    },
    xAxis: axis('learning rate', rates, logTick, colors, { nameLocation: 'middle', nameGap: 28 }),
    yAxis: axis(SIZES[field], sizes, (v) => (logTick(v) === '' ? '' : short(v)), colors, { nameLocation: 'end', nameGap: 10, nameTextStyle: { color: colors.muted, fontSize: 11, align: 'left' } }),
    series: [
      ...border.map((piece, i) => borderLine(piece, i, colors)),
      borderNames(border, colors),
      ...Object.entries(OUTCOMES).map(([outcome, look]) => outcomeSeries(outcome, look, points, selected, colors)),
      bestSeries(points, colors),
    ],
  };
}

function axis(name, values, formatter, colors, place) {
  const known = values.length > 0;
  return {
    type: 'log',
    name,
    nameTextStyle: { color: colors.muted, fontSize: 11 },
    ...place,
    min: known ? Math.min(...values) / ROOM : 1,
    max: known ? Math.max(...values) * ROOM : 10,
    axisLine: { onZero: false, lineStyle: { color: colors.rule } },
    axisTick: { show: false },
    splitLine: { lineStyle: { color: colors.grid } },
    axisLabel: { color: colors.muted, fontSize: 11, hideOverlap: true, formatter },
  };
}

function borderLine({ tried, rows }, i, colors) {
  return {
    type: 'line',
    id: `border-${i}`,
    name: tried ? 'border' : 'border-outside',
    data: rows.map(([rate, size]) => [rate, size]),
    silent: true,
    symbol: 'none',
    z: 2,
    lineStyle: { color: colors.ink, width: tried ? 2.2 : 1.6, type: tried ? 'solid' : [5, 5] },
  };
}

// In words on the map itself, because a dash alone says little.
function borderNames(border, colors) {
  const inside = border.find((piece) => piece.tried);
  const above = border.findLast((piece) => !piece.tried);
  const named = [
    ...(inside ? [{ row: inside.rows[Math.floor(inside.rows.length / 2)], text: 'predicted border' }] : []),
    ...(above ? [{ row: above.rows.at(-1), text: 'beyond the tried sizes' }] : []),
  ];
  return {
    type: 'scatter',
    id: 'border-names',
    silent: true,
    z: 3,
    symbolSize: 0.1,
    data: named.map(({ row, text }) => ({
      value: [row[0], row[1]],
      label: { show: true, position: 'right', distance: 8, formatter: text, color: colors.ink, fontSize: 11, backgroundColor: colors.panel, padding: [1, 3] },
    })),
  };
}

function outcomeSeries(outcome, { color, symbol }, points, selected, colors) {
  const own = points.filter((point) => point.outcome === outcome);
  const crossed = symbol.startsWith('path');
  return {
    type: 'scatter',
    id: outcome,
    symbol,
    symbolSize: crossed ? 11 : 12,
    z: 5,
    cursor: 'pointer',
    data: own.map((point) => ({
      value: [point.learningRate, point.size],
      name: point.run,
      symbolOffset: [SEED * points.filter((p) => p.size === point.size && p.learningRate === point.learningRate).indexOf(point), 0],
      itemStyle: {
        color: crossed ? 'transparent' : colors[color],
        borderColor: selected.has(point.run) ? colors.ink : colors[color],
        borderWidth: selected.has(point.run) ? 2.5 : crossed ? 2.2 : 1.5,
      },
    })),
  };
}

function bestSeries(points, colors) {
  return {
    type: 'scatter',
    id: 'best',
    silent: true,
    symbol: 'circle',
    symbolSize: 21,
    z: 4,
    data: points.filter((point) => point.best).map((point) => ({
      value: [point.learningRate, point.size],
      itemStyle: { color: 'transparent', borderColor: colors.ink, borderWidth: 1.2, borderType: 'solid' },
    })),
  };
}
