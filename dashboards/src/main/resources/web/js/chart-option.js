// SPDX-License-Identifier: Apache-2.0
// One chart as an ECharts option: lines with their min–max bands, the limit, the forecast, marks.

import { bandSeries } from './band-series.js';
import { withGaps } from './buckets.js';
import { evaluationSeries, eventSeries, markSeries, nonfiniteSeries } from './chart-marks.js';
import { geometry } from './forecast.js';
import { logTick, number, tick } from './format.js';
import { place } from './placed-model.js';
import { smoothed } from './smoothing.js';
import { byLayer, rampColor } from './theme.js';

const TIGHT_FACTOR = 5;

/** Colour per layer of the chart; scalar charts have the one layer `null`. */
export function layerColors(lines, colors) {
  const layers = [...new Set(lines.map((l) => l.layer))].sort(byLayer);
  if (layers.length === 1 && layers[0] === null) return new Map([[null, colors.accent]]);
  return new Map(layers.map((layer, i) => [layer, rampColor(colors.ramp, i, layers.length)]));
}

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
      ...lines.filter((l) => !l.dead).map((l) => band(l, chart, tint.get(l.layer))),
      ...curves(lines, chart, tint, smoothing),
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

/** The vertical axis for the series of some lines. */
export function valueAxis({ chart, lines }, colors) {
  const axis = {
    type: chart.log ? 'log' : 'value',
    scale: true,
    axisLine: { show: false },
    axisTick: { show: false },
    splitNumber: 4,
    splitLine: { lineStyle: { color: colors.grid } },
    axisLabel: { color: colors.muted, fontSize: 11, formatter: chart.log ? logTick : tick },
  };
  if (!chart.log) return axis;
  const values = lines.flatMap((l) => l.series.max).filter((v) => v > 0);
  const lows = lines.flatMap((l) => l.series.min).filter((v) => v > 0);
  if (values.length === 0) return { ...axis, min: 1, max: 10 };
  const low = lows.reduce((a, b) => Math.min(a, b), Infinity);
  const top = values.reduce((a, b) => Math.max(a, b), 0);
  if (chart.tight && top < TIGHT_FACTOR * low) return tightened(axis, low, top);
  const floor = 10 ** Math.floor(Math.log10(low));
  // Room above the limit, so that the line does not lie on the frame.
  const roof = Math.max(10 ** Math.ceil(Math.log10(top) + 1e-9), chart.limit ? chart.limit * 10 : 0);
  return { ...axis, min: floor, max: Math.max(roof, floor * 10) };
}

// A curve within a part of a decade would be flat between powers of ten: its ends are what is labelled.
function tightened(axis, low, top) {
  const digit = 10 ** Math.floor(Math.log10(low));
  const min = Math.floor(low / digit) * digit;
  const max = Math.ceil(top / digit) * digit;
  return { ...axis, min, max, axisLabel: { ...axis.axisLabel, formatter: (value) => tick(Number(value.toPrecision(3))) } };
}

// Consecutive segments of the living lineage join into one curve per layer; each dead one is its own.
// A smoothed curve has the unsmoothed one behind it, faintly.
function curves(lines, chart, tint, smoothing) {
  const joined = new Map();
  const add = (key, line, id, values, style) => {
    if (!joined.has(key)) joined.set(key, { id, dead: line.dead, layer: line.layer, style, rows: [] });
    joined.get(key).rows.push(...withGaps(line.series, chart.log, values));
  };
  for (const line of lines) {
    const { layer, series, dead, segment } = line;
    const id = `${dead ? `dead-${segment}` : 'live'}-${layer ?? 'all'}`;
    const smooth = !dead && smoothing?.weight > 0;
    if (smooth) add(`raw ${layer}`, line, `raw-${layer ?? 'all'}`, series.mean, { width: 0.8, opacity: 0.35 });
    const values = smooth ? smoothed(series, smoothing.weight, smoothing.unit, chart.log) : series.mean;
    const style = dead ? { width: 1, opacity: 0.32 } : { width: smooth ? 2 : 1.6, opacity: 1 };
    add(dead ? `${segment} ${layer}` : `live ${layer}`, line, id, values, style);
  }
  return [...joined.values()].map(({ id, dead, layer, style, rows }) => ({
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
    itemStyle: { color: tint.get(layer) },
    lineStyle: { color: tint.get(layer), ...style },
  }));
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

function band({ series, segment, layer }, { log }, color) {
  return bandSeries(`band-${segment}-${layer ?? 'all'}`, withGaps(series, log),
    { fill: color, opacity: 0.22, stroke: color, lineWidth: 0.5 });
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
