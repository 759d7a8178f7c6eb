// SPDX-License-Identifier: Apache-2.0
// A short piece of a run's line, for legends and tooltips.

const SVG = 'http://www.w3.org/2000/svg';

/** The line of `{ color, dash }`. */
export function swatch({ color, dash }) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 24 6');
  svg.setAttribute('class', 'swatch');
  svg.setAttribute('aria-hidden', 'true');
  const line = document.createElementNS(SVG, 'path');
  line.setAttribute('d', 'M0 3H24');
  line.setAttribute('stroke', color);
  line.setAttribute('stroke-width', '3');
  if (dash !== 'solid') line.setAttribute('stroke-dasharray', dash.join(' '));
  svg.append(line);
  return svg;
}
