// SPDX-License-Identifier: Apache-2.0
// One chart as an ECharts option: lines with their min–max bands, the limit, the forecast, marks.

import { withGaps } from './buckets.js';
import { axisEnd, geometry } from './forecast.js';
import { count, logTick, number, tick } from './format.js';
import { SYMBOL } from './severity.js';
import { byLayer, rampColor } from './theme.js';

const MOST_MARKS = 80;
const MOST_RULES = 12; // vertical rules beyond this hide the curve they are meant to explain
const CROSS = 'path://M1 1 L9 9 M9 1 L1 9';

/** Colour per layer of the chart; scalar charts have the one layer `null`. */
export function layerColors(lines, colors) {
  const layers = [...new Set(lines.map((l) => l.layer))].sort(byLayer);
  if (layers.length === 1 && layers[0] === null) return new Map([[null, colors.accent]]);
  return new Map(layers.map((layer, i) => [layer, rampColor(colors.ramp, i, layers.length)]));
}

/** The option for `model`: `{ chart, lines, marks, events, evaluations, nonfinite, next, expected, range, lastStep }`. */
export function chartOption(model, colors) {
  const { chart, lines, next, expected, range, lastStep } = model;
  const tint = layerColors(lines, colors);
  const [first, end] = stepRange(lines, range, lastStep, next);
  const shown = isSent(model) ? model : { ...model, events: [] };
  return {
    animation: false,
    title: notSent(!isSent(model), colors),
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
    xAxis: stepAxis(first, end, colors),
    yAxis: [valueAxis(model, colors), { type: 'value', min: 0, max: 1, show: false }],
    series: [
      ...(expected ? expectedSeries(expected.rows, colors) : []),
      ...lines.filter((l) => !l.dead).map((l) => band(l, chart, tint.get(l.layer))),
      ...curves(lines, chart, tint),
      ...(chart.limit ? [limitLine(chart.limit, colors)] : []),
      ...(next ? forecastSeries(next, end, tint.get(next.layer) ?? colors.critical) : []),
      eventSeries(shown, first, end, colors),
      evaluationSeries(model, colors),
      markSeries(model, first, end, colors),
      nonfiniteSeries(model, colors),
    ],
  };
}

function isSent({ lines, evaluations, nonfinite }) {
  return lines.length > 0 || evaluations?.length > 0 || nonfinite?.length > 0;
}

/** What stands in a chart without values. */
function notSent(show, colors) {
  return {
    show,
    text: 'This run does not send it.',
    left: 'center',
    top: 'middle',
    textStyle: { color: colors.muted, fontFamily: colors.font, fontSize: 13, fontWeight: 'normal' },
  };
}

function stepRange(lines, range, lastStep, next) {
  const starts = lines.map((l) => l.series.step[0]).filter((s) => s !== undefined);
  const ends = lines.map((l) => l.series.step.at(-1)).filter((s) => s !== undefined);
  const first = range.from ?? Math.min(...starts, lastStep);
  const last = Math.max(lastStep, ...ends, first + 1);
  return [first, range.to ?? axisEnd(first, last, next)];
}

function stepAxis(first, end, colors) {
  return {
    type: 'value',
    min: first,
    max: end,
    name: 'step',
    nameLocation: 'end',
    nameGap: 0,
    nameTextStyle: { color: colors.muted, fontSize: 11, align: 'right', verticalAlign: 'top', padding: [22, 0, 0, 0] },
    minInterval: 1,
    axisLine: { onZero: false, lineStyle: { color: colors.rule } }, // at the bottom, where its labels are
    axisTick: { show: false },
    splitLine: { show: false },
    axisLabel: {
      color: colors.muted, fontSize: 11, hideOverlap: true, showMinLabel: false, showMaxLabel: false,
      formatter: (value) => (Number.isInteger(value) ? count(value) : ''),
    },
  };
}

function valueAxis({ chart, lines }, colors) {
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
  const floor = 10 ** Math.floor(Math.log10(lows.reduce((a, b) => Math.min(a, b), Infinity)));
  const top = values.reduce((a, b) => Math.max(a, b), 0);
  // Room above the limit, so that the line does not lie on the frame.
  const roof = Math.max(10 ** Math.ceil(Math.log10(top) + 1e-9), chart.limit ? chart.limit * 10 : 0);
  return { ...axis, min: floor, max: Math.max(roof, floor * 10) };
}

// Consecutive segments of the living lineage join into one curve per layer; each dead one is its own.
function curves(lines, chart, tint) {
  const joined = new Map();
  lines.forEach((line) => {
    const key = line.dead ? `${line.layer}/${line.segment}` : `${line.layer}`;
    if (!joined.has(key)) joined.set(key, { ...line, rows: [] });
    joined.get(key).rows.push(...withGaps(line.series, chart.log));
  });
  return [...joined.values()].map(({ layer, dead, segment, rows }) => ({
    type: 'line',
    id: `${dead ? `dead-${segment}` : 'live'}-${layer ?? 'all'}`,
    name: dead ? 'dead' : 'live',
    data: rows.map((row) => (row ? [row[0], row[1]] : [null, null])),
    showSymbol: rows.length === 1,
    symbolSize: 4,
    silent: true,
    connectNulls: false,
    z: dead ? 2 : 3,
    emphasis: { disabled: true },
    itemStyle: { color: tint.get(layer) },
    lineStyle: { color: tint.get(layer), width: dead ? 1 : 1.6, opacity: dead ? 0.32 : 1 },
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

function band(line, chart, color) {
  const rows = withGaps(line.series, chart.log);
  const pieces = [];
  let piece = [];
  for (const row of [...rows, null]) {
    if (row) piece.push(row);
    else if (piece.length > 0) {
      pieces.push(piece);
      piece = [];
    }
  }
  const wide = pieces.filter((p) => p.some((row) => row[3] > row[2]));
  return {
    type: 'custom',
    id: `band-${line.segment}-${line.layer ?? 'all'}`,
    silent: true,
    clip: true,
    z: 1,
    data: wide.map((p) => [p[0][0], p[0][1]]),
    renderItem: (params, api) => {
      const rowsOf = wide[params.dataIndex];
      const upper = rowsOf.map((row) => api.coord([row[0], row[3]]));
      const lower = rowsOf.map((row) => api.coord([row[0], row[2]])).reverse();
      return {
        type: 'polygon',
        shape: { points: [...upper, ...lower] },
        style: { fill: color, opacity: 0.22, stroke: color, lineWidth: 0.5 },
      };
    },
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

function markSeries({ marks }, first, end, colors) {
  const shown = marks.filter((m) => m.step >= first && m.step <= end).slice(-MOST_MARKS);
  return {
    type: 'scatter',
    id: 'marks',
    yAxisIndex: 1,
    silent: true,
    clip: false,
    z: 6,
    symbolSize: 11,
    symbolOffset: [0, -8],
    data: shown.map((m) => ({
      value: [m.step, 1],
      symbol: SYMBOL[m.severity] ?? 'circle',
      itemStyle: { color: colors[m.severity] ?? colors.info, opacity: m.dead ? 0.45 : 1 },
    })),
    markLine: {
      silent: true,
      symbol: 'none',
      label: { show: false },
      data: shown.slice(-MOST_RULES).map((m) => ({
        xAxis: m.step,
        lineStyle: { color: colors[m.severity] ?? colors.info, type: 'solid', width: 1, opacity: m.dead ? 0.2 : 0.45 },
      })),
    },
  };
}

// Events stand at the foot of the chart, alarms at its head.
function eventSeries({ events = [] }, first, end, colors) {
  const shown = events.filter((e) => e.step >= first && e.step <= end).slice(-MOST_MARKS);
  return {
    type: 'scatter',
    id: 'events',
    yAxisIndex: 1,
    silent: true,
    clip: false,
    z: 5,
    symbol: 'rect',
    symbolSize: 7,
    data: shown.map((e) => ({
      value: [e.step, 0],
      itemStyle: { color: colors.muted, opacity: e.dead ? 0.4 : 1 },
    })),
    markLine: {
      silent: true,
      symbol: 'none',
      label: { show: false },
      data: shown.filter((e) => e.ruled).slice(-MOST_RULES).map((e) => ({
        xAxis: e.step,
        lineStyle: { color: colors.muted, type: [3, 3], width: 1, opacity: e.dead ? 0.3 : 0.7 },
      })),
    },
  };
}

function evaluationSeries({ evaluations = [] }, colors) {
  return {
    type: 'scatter',
    id: 'evaluations',
    silent: true,
    clip: true,
    z: 5,
    symbol: 'circle',
    symbolSize: 7,
    data: evaluations.map((e) => ({
      value: [e.step, e.value],
      itemStyle: { color: colors.panel, borderColor: colors.ink, borderWidth: 1.5, opacity: e.dead ? 0.4 : 1 },
    })),
  };
}

function nonfiniteSeries({ nonfinite }, colors) {
  return {
    type: 'scatter',
    id: 'nonfinite',
    yAxisIndex: 1,
    silent: true,
    clip: false,
    z: 6,
    symbol: CROSS,
    symbolSize: 8,
    itemStyle: { color: 'transparent', borderColor: colors.critical, borderWidth: 1.6 },
    data: nonfinite.map((step) => [step, 0.03]),
  };
}
