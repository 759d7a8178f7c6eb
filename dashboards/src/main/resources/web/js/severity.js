// SPDX-License-Identifier: Apache-2.0
// Severities differ in shape as well as colour, so that neither is needed to tell them apart.

export const SEVERITIES = ['critical', 'warning', 'info'];

const RANK = { info: 1, warning: 2, critical: 3 };

/** Higher is worse; 0 for an unknown one. */
export function rank(severity) {
  return RANK[severity] ?? 0;
}

/** Shape on a chart: ECharts symbol name. */
export const SYMBOL = { critical: 'triangle', warning: 'diamond', info: 'circle' };

const PATH = {
  critical: 'M8 1.5 15.2 14.5H.8Z',
  warning: 'M8 .8 15.2 8 8 15.2.8 8Z',
  info: 'M8 2a6 6 0 1 1 0 12A6 6 0 1 1 8 2Z',
};

const SVG = 'http://www.w3.org/2000/svg';

/** The severity's shape in its colour; named for screen readers unless text beside it says so. */
export function severityIcon(severity, { labelled = false } = {}) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('class', `severity-icon ${PATH[severity] ? severity : 'info'}`);
  if (labelled) {
    svg.setAttribute('role', 'img');
    svg.setAttribute('aria-label', severity);
  } else {
    svg.setAttribute('aria-hidden', 'true');
  }
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', PATH[severity] ?? PATH.info);
  svg.append(path);
  return svg;
}
