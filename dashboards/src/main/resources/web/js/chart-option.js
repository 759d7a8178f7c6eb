// SPDX-License-Identifier: Apache-2.0
// One chart as an ECharts option: lines with their min–max bands, the limit, the forecast, marks.

import { curveSeries, layerColors } from './chart-curves.js';
import { evaluationSeries, eventSeries, markSeries, nonfiniteSeries } from './chart-marks.js';
import { geometry } from './forecast.js';
import { number } from './format.js';
import { place } from './placed-model.js';
import { valueAxis } from './value-axis.js';

/**
 * The option for `model`: `{ chart, lines, marks, events, evaluations, nonfinite, next, expected, range, lastStep }`,
 * and where wanted `axis` (see `x-axis.js`) and `smoothing`, `{ weight, unit }`.
 */
export function chartOption(model, colors) {
  const placed = place(model);
  const { chart, lines, next, expected, end, smoothing } = placed;
  const tint = layerColors(lines, colors);
  const shown = isSent(placed) ? placed : { ...placed, events: [] };
  return {
    ...frame(placed, colors),
    title: notSent(!isSent(placed), colors),
    yAxis: [valueAxis(placed, colors), { type: 'value', min: 0, max: 1, show: false }],
    series: [
      ...(expected ? expectedSeries(expected.rows, colors) : []),
      ...curveSeries(lines, chart.log, smoothing, tint),
      ...(chart.limit ? [limitLine(chart.limit, colors)] : []),
      ...(next ? forecastSeries(next, end, tint.get(next.layer) ?? colors.critical) : []),
      eventSeries(shown, colors),
      evaluationSeries(placed, colors),
      markSeries(placed, colors),
      nonfiniteSeries(placed, colors),
    ],
  };
}

/** What all charts have in common: the grid, the tooltip's place and the x axis of a placed model. */
export function frame(placed, colors) {
  return {
    animation: false,
    textStyle: { fontFamily: colors.font },
    grid: { left: 58, right: 16, top: 22, bottom: 34 },
    tooltip: {
      trigger: 'axis',
      confine: true,
      transitionDuration: 0,
      padding: 0,
      borderWidth: 0,
      backgroundColor: 'transparent',
      extraCssText: 'box-shadow:none',
      axisPointer: { type: 'line', lineStyle: { color: colors.muted, type: 'solid', width: 1 } },
    },
    xAxis: placeAxis(placed, colors),
  };
}

function isSent({ lines, evaluations, nonfinite }) {
  return lines.length > 0 || evaluations?.length > 0 || nonfinite?.length > 0;
}

/** What stands in a chart without values. */
export function notSent(show, colors, text = 'This run does not send it.') {
  return {
    show,
    text,
    left: 'center',
    top: 'middle',
    textStyle: { color: colors.muted, fontFamily: colors.font, fontSize: 13, fontWeight: 'normal' },
  };
}

function placeAxis({ axis, first, end }, colors) {
  return {
    type: axis.type,
    min: first,
    max: end,
    name: axis.name,
    nameLocation: 'end',
    nameGap: 0,
    nameTextStyle: { color: colors.muted, fontSize: 11, align: 'right', verticalAlign: 'top', padding: [22, 0, 0, 0] },
    ...(axis.kind === 'step' ? { minInterval: 1 } : {}),
    axisLine: { onZero: false, lineStyle: { color: colors.rule } }, // at the bottom, where its labels are
    axisTick: { show: false },
    splitLine: { show: false },
    axisLabel: {
      color: colors.muted, fontSize: 11, hideOverlap: true, showMinLabel: false, showMaxLabel: false,
      ...(axis.tick ? { formatter: axis.tick } : {}),
    },
  };
}

function polygon(id, points, style, z) {
  return {
    type: 'custom',
    id,
    silent: true,
    clip: true,
    z,
    data: points.length > 0 ? [points[0]] : [],
    encode: { x: 0, y: 1 },
    renderItem: (params, api) => ({
      type: 'polygon',
      shape: { points: points.map((p) => api.coord(p)) },
      style,
    }),
  };
}

// What runs of other sizes and rates predict: in a colour of no layer, behind everything.
function expectedSeries(rows, colors) {
  const upper = rows.map((row) => [row[0], row[3]]);
  const lower = rows.map((row) => [row[0], row[2]]).reverse();
  return [
    polygon('expected-band', [...upper, ...lower], { fill: colors.muted, opacity: 0.13 }, 0),
    {
      type: 'line',
      id: 'expected',
      data: rows.map((row) => [row[0], row[1]]),
      silent: true,
      symbol: 'none',
      z: 1,
      lineStyle: { color: colors.muted, type: [2, 3], width: 1.2 },
    },
  ];
}

function limitLine(limit, colors) {
  return {
    type: 'line',
    id: 'limit',
    data: [],
    silent: true,
    markLine: {
      silent: true,
      symbol: 'none',
      lineStyle: { color: colors.critical, type: 'solid', width: 1 },
      label: {
        formatter: `${number(limit, 1)} limit`, position: 'insideStartTop', color: colors.critical,
        fontSize: 11, distance: [4, 3],
      },
      data: [{ yAxis: limit }],
    },
  };
}

function forecastSeries(next, end, color) {
  const { line, band: area } = geometry(next, end);
  return [
    polygon('forecast-band', area, { fill: color, opacity: 0.18 }, 2),
    {
      type: 'line',
      id: 'forecast',
      data: line,
      silent: true,
      symbol: 'none',
      z: 4,
      lineStyle: { color, type: [5, 4], width: 2 },
    },
  ];
}
