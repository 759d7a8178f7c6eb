// SPDX-License-Identifier: Apache-2.0
// What a chart says where it is hovered: the values there, and what happened there.

import { nearest } from './buckets.js';
import { layerColors } from './chart-curves.js';
import { h } from './dom.js';
import { count, layerName, number, words } from './format.js';
import { cellAt } from './heat-map.js';
import { severityIcon } from './severity.js';
import { byLayer } from './theme.js';

const MOST_ROWS = 8;
const MOST_ALARMS = 3;
const MOST_HAPPENED = 4;

/** The tooltip of a placed model at `x`; what lies within `reach` counts as there. */
export function chartTooltip(model, x, reach, colors) {
  const tint = layerColors(model.lines, colors);
  const rows = model.lines
    .map((line) => ({ line, i: nearest(line.series.x, x) }))
    .filter(({ line, i }) => i >= 0 && Math.abs(line.series.x[i] - x) <= reach)
    .sort((a, b) => Number(a.line.dead) - Number(b.line.dead) || byLayer(a.line.layer, b.line.layer));
  const shown = rows.length > MOST_ROWS ? highest(rows) : rows;
  return h('div', { class: 'tip' },
    h('div', { class: 'tip-step' }, model.axis.text(x)),
    ...shown.map((entry) => row(entry, tint, model.chart.title)),
    rows.length > shown.length ? h('div', { class: 'tip-more' }, `the ${shown.length} highest of ${rows.length}`) : null,
    ...happened(model, x, reach));
}

/** The tooltip of a heat map: the cell's value, and how it differs from its layer's past. */
export function heatTooltip(model, { rows }, x, rowIndex, reach) {
  const cells = rows[rowIndex];
  const i = cells ? cellAt(cells, x) : -1;
  return h('div', { class: 'tip' },
    h('div', { class: 'tip-step' }, model.axis.text(x)),
    i < 0 ? null : h('div', { class: 'tip-cell' }, `${model.heat.rowName(cells.layer)}: `,
      h('b', {}, number(cells.value[i])), ` ${changeText(cells.change[i])}`),
    ...happened(model, x, reach));
}

/** A change in doublings, in words. */
export function changeText(change) {
  if (change === null) return '(no past to compare with)';
  return `= ${number(2 ** change, 3)} × its past`;
}

function happened(model, x, reach) {
  const near = (marks, most) => marks.filter((m) => Math.abs(m.x - x) <= reach).slice(-most);
  return [
    ...near(model.marks, MOST_ALARMS).map((m) => h('div', { class: 'tip-mark' }, severityIcon(m.severity),
      h('span', {}, m.message || words(m.kind)))),
    ...near([...model.evaluations, ...model.events], MOST_HAPPENED)
      .map((e) => h('div', { class: 'tip-mark' }, h('span', {}, e.message))),
    ...nonfinite(near(model.nonfinite, Infinity)),
  ];
}

function nonfinite(missing) {
  if (missing.length === 0) return [];
  const layers = [...new Set(missing.map((m) => layerName(m.layer)).filter(Boolean))];
  const where = layers.length > MOST_HAPPENED ? `${count(layers.length)} layers` : layers.join(', ');
  return [h('div', { class: 'tip-mark' }, h('span', {}, `✕ not finite${where ? ` in ${where}` : ''}`))];
}

function highest(rows) {
  const value = ({ line, i }) => line.series.max[i] ?? -Infinity;
  return [...rows].sort((a, b) => value(b) - value(a)).slice(0, MOST_ROWS);
}

function row({ line, i }, tint, title) {
  const { mean, min, max, count: samples } = line.series;
  const range = samples[i] > 1 && max[i] > min[i] ? ` (${number(min[i], 3)}–${number(max[i], 3)})` : '';
  const label = [layerName(line.layer), line.dead ? 'rolled back' : ''].filter(Boolean).join(', ');
  return h('div', { class: line.dead ? 'tip-row dead' : 'tip-row' },
    h('i', { style: { background: tint.get(line.layer) } }),
    h('span', {}, label || title), h('b', {}, number(mean[i]) + range));
}
