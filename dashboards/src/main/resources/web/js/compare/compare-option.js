// SPDX-License-Identifier: Apache-2.0
// A chart of a comparison as an ECharts option: a line with its band per curve, numbers at the ends.

import { bandSeries } from '../band-series.js';
import { frame, notSent } from '../chart-option.js';
import { valueAxis } from '../value-axis.js';

const CROSS = 'path://M1 1 L9 9 M9 1 L1 9';
const BAND_OPACITY = 0.13;
const LABEL = 11; // pixels
const MANY = 8; // with more bands than this, each is fainter

/** The option for `{ curves, log, axis, range, read }`; `axis` is the look of the horizontal axis. */
export function compareOption({ curves, log, axis, range, read }, colors) {
  const shared = frame({ axis, ...ends(curves, range) }, colors);
  const band = curves.length > MANY ? BAND_OPACITY / 2 : BAND_OPACITY;
  return {
    ...shared,
    grid: { ...shared.grid, right: 30 },
    title: notSent(curves.length === 0, colors, read ? 'None of these runs sends it in this range.' : 'Reading …'),
    yAxis: [valueAxis({ chart: { log }, lines: curves.map(extremes) }, colors), { type: 'value', min: 0, max: 1, show: false }],
    series: [
      bandSeries(curves.map(({ rows, look }) => ({ rows, style: { fill: look.color, opacity: band } }))),
      ...curves.filter(({ raw }) => raw !== null)
        .map((curve) => line(curve, `raw-${curve.key}`, curve.raw, { opacity: 0.25, width: 1, silent: true })),
      ...curves.map((curve) => line(curve, `line-${curve.key}`, curve.rows, { opacity: 1, width: 1.7, silent: false })),
      endLabels(curves, range),
      crosses(curves),
    ],
  };
}

function ends(curves, range) {
  const outermost = curves.flatMap(({ rows }) => [rows.find(Boolean), rows.findLast(Boolean)]).filter(Boolean).map((row) => row[0]);
  return {
    first: range.from ?? (outermost.length > 0 ? Math.min(...outermost) : null),
    end: range.to ?? (outermost.length > 0 ? Math.max(...outermost) : null),
  };
}

function extremes({ rows }) {
  const known = rows.filter(Boolean);
  return { series: { min: known.map((row) => row[2]), max: known.map((row) => row[3]) } };
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
        blur: { style: { opacity: 0.6 } }, // stays readable while another curve is emphasized
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
    data: curves.flatMap(({ look, missing }) => missing.map((x) => ({
      value: [x, 0.03], itemStyle: { color: 'transparent', borderColor: look.color, borderWidth: 1.6 },
    }))),
  };
}
