// SPDX-License-Identifier: Apache-2.0
// The y axis of a chart: linear, or logarithmic in whole decades.

import { logTick, tick } from './format.js';

/** A log axis of values within this factor ends at them rather than at powers of ten, where that is wanted. */
const TIGHT_FACTOR = 5;

/** The y axis of a model's values. */
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
  const [low, top] = ends(lines);
  if (top === 0) return { ...axis, min: 1, max: 10 };
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

// The least and the largest value that a log axis has a place for.
function ends(lines) {
  let [low, top] = [Infinity, 0];
  for (const { series } of lines) {
    for (const v of series.min) if (v > 0 && v < low) low = v;
    for (const v of series.max) if (v > top) top = v;
  }
  return [Math.min(low, top), top];
}
