// SPDX-License-Identifier: Apache-2.0
// What the signs on the map of a sweep mean.

import { h } from '../dom.js';
import { swatch } from '../compare/swatch.js';
import { OUTCOMES } from './sweep-points.js';

const SVG = 'http://www.w3.org/2000/svg';
const SHAPES = {
  healthy: { d: 'M5 1a4 4 0 1 1 0 8A4 4 0 1 1 5 1Z', filled: true },
  unstable: { d: 'M5 .8 9.2 8.8H.8Z', filled: true },
  diverged: { d: 'M1.2 1.2 8.8 8.8M8.8 1.2 1.2 8.8' },
  running: { d: 'M5 1.4a3.6 3.6 0 1 1 0 7.2A3.6 3.6 0 1 1 5 1.4Z' },
  unknown: { d: 'M5 .8 9.2 5 5 9.2.8 5Z' },
  best: { d: 'M5 .6a4.4 4.4 0 1 1 0 8.8A4.4 4.4 0 1 1 5 .6Z', thin: true },
};

/** Chips for the signs that are on the map. */
export function sweepLegend(points, border, colors) {
  const shown = Object.entries(OUTCOMES).filter(([outcome]) => points.some((point) => point.outcome === outcome));
  return [
    ...shown.map(([outcome, { words, color }]) => chip(sign(SHAPES[outcome], colors[color]), words)),
    ...(points.some((point) => point.best) ? [chip(sign(SHAPES.best, colors.ink), 'lowest loss of its size')] : []),
    ...(border.some(({ tried }) => tried) ? [chip(swatch({ color: colors.ink, dash: 'solid' }), 'predicted border of stability')] : []),
    ...(border.some(({ tried }) => !tried) ? [chip(swatch({ color: colors.ink, dash: [4, 4] }), 'outside of the tried sizes')] : []),
  ];
}

function sign({ d, filled = false, thin = false }, color) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 10 10');
  svg.setAttribute('class', 'sign');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', d);
  path.setAttribute('stroke', color);
  path.setAttribute('stroke-width', thin ? '0.8' : '1.6');
  path.setAttribute('fill', filled ? color : 'none');
  svg.append(path);
  return svg;
}

function chip(mark, text) {
  return h('span', { class: 'chip' }, mark, text);
}
