// SPDX-License-Identifier: Apache-2.0
// What stands on a chart beside its curves, as ECharts series: alarms, events, evaluations, missing values.

import { SYMBOL } from './severity.js';

const MOST_MARKS = 80;
const MOST_RULES = 12; // vertical rules beyond this hide the curve they are meant to explain
const CROSS = 'path://M1 1 L9 9 M9 1 L1 9';

/** Alarms, at the head of the chart. */
export function markSeries({ marks, first, end }, colors) {
  const shown = marks.filter((m) => m.x >= first && m.x <= end).slice(-MOST_MARKS);
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
      value: [m.x, 1],
      symbol: SYMBOL[m.severity] ?? 'circle',
      itemStyle: { color: colors[m.severity] ?? colors.info, opacity: m.dead ? 0.45 : 1 },
    })),
    markLine: {
      silent: true,
      symbol: 'none',
      label: { show: false },
      data: shown.slice(-MOST_RULES).map((m) => ({
        xAxis: m.x,
        lineStyle: { color: colors[m.severity] ?? colors.info, type: 'solid', width: 1, opacity: m.dead ? 0.2 : 0.45 },
      })),
    },
  };
}

/** Events, at the foot of the chart; those after which a curve is to be read anew get a rule. */
export function eventSeries({ events, first, end }, colors) {
  const shown = events.filter((e) => e.x >= first && e.x <= end).slice(-MOST_MARKS);
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
      value: [e.x, 0],
      itemStyle: { color: colors.muted, opacity: e.dead ? 0.4 : 1 },
    })),
    markLine: {
      silent: true,
      symbol: 'none',
      label: { show: false },
      data: shown.filter((e) => e.ruled).slice(-MOST_RULES).map((e) => ({
        xAxis: e.x,
        lineStyle: { color: colors.muted, type: [3, 3], width: 1, opacity: e.dead ? 0.3 : 0.7 },
      })),
    },
  };
}

/** Evaluations, at their values. */
export function evaluationSeries({ evaluations }, colors) {
  return {
    type: 'scatter',
    id: 'evaluations',
    silent: true,
    clip: true,
    z: 5,
    symbol: 'circle',
    symbolSize: 7,
    data: evaluations.map((e) => ({
      value: [e.x, e.value],
      itemStyle: { color: colors.panel, borderColor: colors.ink, borderWidth: 1.5, opacity: e.dead ? 0.4 : 1 },
    })),
  };
}

/** A cross where a value was NaN or infinite. */
export function nonfiniteSeries({ nonfinite }, colors) {
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
    data: nonfinite.map((m) => ({ value: [m.x, 0.03], itemStyle: { opacity: m.dead ? 0.4 : 1 } })),
  };
}
