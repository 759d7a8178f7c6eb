// SPDX-License-Identifier: Apache-2.0
// A chart of a comparison as an ECharts option: a line with its band per curve, numbers at the ends.

import { logTick, tick } from '../format.js';
import { pieces } from './group-curve.js';

const CROSS = 'path://M1 1 L9 9 M9 1 L1 9';
const BAND_OPACITY = 0.13;
const LABEL = 11; // pixels
const MANY = 8; // with more bands than this, each is fainter

/** The option for `{ curves, log, axis, range, read }`; `axis` is the look of the horizontal axis. */
export function compareOption({ curves, log, axis, range, read }, colors) {
  return {
    animation: false,
    textStyle: { fontFamily: colors.font },
    title: {
      show: curves.length === 0, text: read ? 'None of these runs sends it in this range.' : 'Reading …', left: 'center', top: 'middle',
      textStyle: { color: colors.muted, fontFamily: colors.font, fontSize: 13, fontWeight: 'normal' },
    },
    grid: { left: 58, right: 30, top: 22, bottom: 34 },
    tooltip: {
      trigger: 'axis', confine: true, transitionDuration: 0, padding: 0, borderWidth: 0,
      backgroundColor: 'transparent', extraCssText: 'box-shadow:none',
      axisPointer: { type: 'line', lineStyle: { color: colors.muted, type: 'solid', width: 1 } },
    },
    xAxis: horizontal(curves, axis, range, colors),
    yAxis: [vertical(curves, log, colors), { type: 'value', min: 0, max: 1, show: false }],
    series: [
      ...curves.map((curve) => band(curve, curves.length > MANY ? BAND_OPACITY / 2 : BAND_OPACITY)),
      ...curves.filter(({ raw }) => raw !== null).map((curve) => line(curve, `raw-${curve.key}`, curve.raw, { opacity: 0.25, width: 1, silent: true })),
      ...curves.map((curve) => line(curve, `line-${curve.key}`, curve.rows, { opacity: 1, width: 1.7, silent: false })),
      endLabels(curves, range),
      crosses(curves),
    ],
  };
}

function horizontal(curves, axis, range, colors) {
  const ends = curves.flatMap(({ rows }) => {
    const known = rows.filter(Boolean);
    return known.length > 0 ? [known[0][0], known.at(-1)[0]] : [];
  });
  return {
    type: axis.type,
    min: range.from ?? (ends.length > 0 ? Math.min(...ends) : null),
    max: range.to ?? (ends.length > 0 ? Math.max(...ends) : null),
    name: axis.name,
    nameLocation: 'end',
    nameGap: 0,
    nameTextStyle: { color: colors.muted, fontSize: 11, align: 'right', verticalAlign: 'top', padding: [22, 0, 0, 0] },
    axisLine: { onZero: false, lineStyle: { color: colors.rule } },
    axisTick: { show: false },
    splitLine: { show: false },
    axisLabel: {
      color: colors.muted, fontSize: 11, hideOverlap: true, showMinLabel: false, showMaxLabel: false,
      ...(axis.tick ? { formatter: axis.tick } : {}),
    },
  };
}

function vertical(curves, log, colors) {
  const axis = {
    type: log ? 'log' : 'value', scale: true, axisLine: { show: false }, axisTick: { show: false }, splitNumber: 4,
    splitLine: { lineStyle: { color: colors.grid } },
    axisLabel: { color: colors.muted, fontSize: 11, formatter: log ? logTick : tick },
  };
  if (!log) return axis;
  let [low, high] = [Infinity, 0];
  for (const { rows } of curves) {
    for (const row of rows) {
      if (row && row[2] > 0) low = Math.min(low, row[2]);
      if (row) high = Math.max(high, row[3]);
    }
  }
  if (high === 0) return { ...axis, min: 1, max: 10 };
  const floor = 10 ** Math.floor(Math.log10(low));
  return { ...axis, min: floor, max: Math.max(10 ** Math.ceil(Math.log10(high) + 1e-9), floor * 10) };
}

function line({ look, name }, id, rows, { opacity, width, silent }) {
  return {
    type: 'line',
    id,
    name,
    data: rows.map((row) => (row ? [row[0], row[1]] : [null, null])),
    showSymbol: rows.length === 1,
    symbolSize: 5,
    silent,
    triggerLineEvent: !silent,
    connectNulls: false,
    z: silent ? 2 : 3,
    emphasis: silent ? { disabled: true } : { focus: 'series', lineStyle: { width: 3 } },
    blur: { lineStyle: { opacity: silent ? 0.05 : 0.15 } },
    itemStyle: { color: look.color },
    lineStyle: { color: look.color, type: look.dash, width, opacity },
  };
}

function band({ key, look, rows }, opacity) {
  const wide = pieces(rows).filter((piece) => piece.some((row) => row[3] > row[2]));
  return {
    type: 'custom',
    id: `band-${key}`,
    silent: true,
    clip: true,
    z: 1,
    data: wide.map((piece) => [piece[0][0], piece[0][1]]),
    renderItem: (params, api) => {
      const upper = wide[params.dataIndex].map((row) => api.coord([row[0], row[3]]));
      const lower = wide[params.dataIndex].map((row) => api.coord([row[0], row[2]])).reverse();
      return { type: 'polygon', shape: { points: [...upper, ...lower] }, style: { fill: look.color, opacity } };
    },
  };
}

// The run's number where its line ends, so that colour is never the only sign. Numbers that would lie
// on one another are moved apart.
function endLabels(curves, range) {
  const ends = curves
    .map(({ look, rows }) => ({ look, row: rows.findLast((row) => row && row[0] <= (range.to ?? Infinity)) }))
    .filter(({ row }) => row && row[0] >= (range.from ?? -Infinity));
  return {
    type: 'custom',
    id: 'labels',
    silent: true,
    clip: false,
    z: 7,
    data: ends.map(({ row }) => [row[0], row[1]]),
    renderItem: ({ dataIndex }, api) => {
      const { look } = ends[dataIndex];
      const [x, y] = apart(ends.map(({ row }) => api.coord([row[0], row[1]])))[dataIndex];
      return {
        type: 'text', x: x + 4, y,
        style: { text: look.label, fill: look.color, fontSize: LABEL, fontWeight: 'bold', verticalAlign: 'middle' },
      };
    },
  };
}

/** Places `[x, y]` of texts, moved down until none lies on one that ends near the same x. */
export function apart(places) {
  const moved = [];
  const order = places.map((place, i) => i).sort((a, b) => places[a][1] - places[b][1]);
  for (const i of order) {
    let [x, y] = places[i];
    for (const j of order) {
      const other = moved[j];
      if (other && Math.abs(other[0] - x) < 2 * LABEL && y - other[1] < LABEL) y = Math.max(y, other[1] + LABEL);
    }
    moved[i] = [x, y];
  }
  return moved;
}

function crosses(curves) {
  return {
    type: 'scatter',
    id: 'nonfinite',
    yAxisIndex: 1,
    silent: true,
    clip: true,
    z: 6,
    symbol: CROSS,
    symbolSize: 8,
    data: curves.flatMap(({ look, nonfinite }) => nonfinite.map((x) => ({
      value: [x, 0.03], itemStyle: { color: 'transparent', borderColor: look.color, borderWidth: 1.6 },
    }))),
  };
}
