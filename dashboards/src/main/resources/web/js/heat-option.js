// SPDX-License-Identifier: Apache-2.0
// A heat map as an ECharts option: one image between the axes of any chart, marks at its head and foot.

import { eventSeries, markSeries } from './chart-marks.js';
import { frame } from './chart-option.js';
import { heatImage } from './heat-image.js';
import { heatRows } from './heat-map.js';

/** Rows and hatches of a placed model; `rowName(layer)` is how a row is called. */
export function heatOf(placed) {
  const rows = heatRows(placed.lines);
  const width = (placed.end - placed.first) / 1000;
  const missing = rows.map(({ layer }) => placed.nonfinite
    .filter((m) => !m.dead && String(m.layer) === String(layer)).map(({ x }) => ({ x, to: x + width })));
  return { rows, missing };
}

/** The option; `heat` is what {@link heatOf} gave. */
export function heatOption(placed, heat, colors) {
  const { rows, missing } = heat;
  const empty = rows.length === 0;
  const shared = frame(placed, colors);
  return {
    ...shared,
    xAxis: { ...shared.xAxis, axisPointer: { snap: false } }, // every place has a cell, not only those with marks
    title: {
      show: empty,
      text: placed.heat.head ? 'The run sends no values of single heads here.' : 'This run does not send it.',
      left: 'center', top: 'middle',
      textStyle: { color: colors.muted, fontFamily: colors.font, fontSize: 13, fontWeight: 'normal' },
    },
    yAxis: [
      {
        type: 'category',
        data: rows.map(({ layer }) => placed.heat.rowName(layer)),
        axisLine: { show: false },
        axisTick: { show: false },
        axisLabel: { color: colors.muted, fontSize: 11, width: 46, overflow: 'truncate' },
      },
      { type: 'value', min: 0, max: 1, show: false },
    ],
    series: [
      ...(empty ? [] : [imageSeries(placed, rows, missing, colors)]),
      eventSeries(empty ? { ...placed, events: [] } : placed, colors),
      markSeries(placed, colors),
    ],
  };
}

function imageSeries({ first, end }, rows, missing, colors) {
  let drawn = null;
  return {
    type: 'custom',
    id: 'heat',
    silent: true,
    z: 1,
    data: [[first, 0]],
    encode: { x: 0, y: 1 },
    renderItem({ coordSys: { x, y, width, height } }) {
      const [wide, tall] = [width, height].map((size) => Math.max(1, Math.round(size)));
      if (drawn?.width !== wide || drawn.height !== tall) {
        const pixel = (place) => (place - first) / (end - first) * wide;
        drawn = heatImage(rows, missing, { width: wide, height: tall, pixel }, colors);
      }
      return { type: 'image', style: { image: drawn, x, y, width, height } };
    },
  };
}
