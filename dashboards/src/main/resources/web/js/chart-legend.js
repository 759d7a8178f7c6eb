// SPDX-License-Identifier: Apache-2.0
// What the colours and strokes of a chart mean.

import { layerColors } from './chart-curves.js';
import { h } from './dom.js';
import { layerName } from './format.js';
import { shades } from './heat-image.js';
import { MOST_DOUBLINGS } from './heat-map.js';
import { LAYER } from './signals.js';

const MOST_CHIPS = 8;

/** Parts of the legend of a model that is drawn as lines. */
export function lineLegend(model, colors) {
  const { chart, lines, next, expected, evaluations, smoothing } = model;
  const tint = [...layerColors(lines, colors)].filter(([layer]) => layer !== null);
  const parts = [];
  if (tint.length > MOST_CHIPS) {
    parts.push(h('span', {}, layerName(tint[0][0])), ramp(tint.map(([, color]) => color)),
      h('span', {}, layerName(tint.at(-1)[0])));
  } else if (tint.length > 0) {
    parts.push(...tint.map(([layer, color]) => chip(layerName(layer), { background: color })));
  }
  if (next) parts.push(chip('forecast', {}, 'dashed'));
  if (expected) parts.push(chip(chart.measurement === LAYER ? 'expected of layer 0' : 'expected', {}, 'dotted'));
  if (evaluations.length > 0) parts.push(chip('evaluation', {}, 'ring'));
  if (lines.some((l) => l.dead)) parts.push(chip('rolled back', {}, 'faint'));
  if (smoothing?.weight > 0) parts.push(chip('not smoothed', {}, 'faint'));
  return parts;
}

/** Parts of the legend of a heat map. */
export function heatLegend(model, colors) {
  const shade = shades(colors);
  const steps = [-1, -0.5, 0, 0.5, 1].map((share) => `rgb(${shade(share * MOST_DOUBLINGS).join(',')})`);
  const most = 2 ** MOST_DOUBLINGS;
  const parts = [h('span', {}, `1/${most}`), ramp(steps), h('span', {}, `${most} × its own past`)];
  if (model.nonfinite.length > 0) parts.push(chip('not finite', {}, 'hatched'));
  return parts;
}

function ramp(colors) {
  return h('i', { class: 'ramp', style: { background: `linear-gradient(90deg, ${colors.join(', ')})` } });
}

function chip(text, style, kind = '') {
  const label = h('span', { class: 'chip' }, h('i', { class: kind, style }));
  label.append(text);
  return label;
}
