// SPDX-License-Identifier: Apache-2.0
// A run's loss so far as a curve of the size of a word, and in words.

import { finite, number } from '../format.js';

export const WIDTH = 96;
export const HEIGHT = 24;

const EDGE = 2;
// From this ratio on, a linear curve would show one value only and everything else as flat.
const LOG_RATIO = 30;
const SVG = 'http://www.w3.org/2000/svg';

/** `{ line, gaps }`: path data of the curve, and of a tick wherever the loss was not finite. */
export function sparkPaths(values) {
  const known = values.filter(finite);
  const y = scale(Math.min(...known), Math.max(...known));
  const x = (i) => round(EDGE + (values.length < 2 ? 0.5 : i / (values.length - 1)) * (WIDTH - 2 * EDGE));
  const line = [];
  const gaps = [];
  for (let i = 0; i < values.length; i++) {
    if (!finite(values[i])) gaps.push(`M${x(i)} ${HEIGHT - 5}v4`);
    else if (finite(values[i - 1])) line.push(`L${x(i)} ${y(values[i])}`);
    else line.push(`M${x(i)} ${y(values[i])}${finite(values[i + 1]) ? '' : 'h2'}`); // a lone value is a dot
  }
  return { line: line.join(''), gaps: gaps.join('') };
}

function scale(low, high) {
  const through = low > 0 && high / low > LOG_RATIO ? Math.log : (v) => v;
  const [from, to] = [through(low), through(high)];
  if (!(to > from)) return () => HEIGHT / 2;
  return (v) => round(HEIGHT - EDGE - ((through(v) - from) / (to - from)) * (HEIGHT - 2 * EDGE));
}

function round(value) {
  return Math.round(value * 10) / 10;
}

/** The curve in words: `loss from 4.2 to 2.1, highest 9.7, not finite at times`. */
export function sparkText(values) {
  const known = values.filter(finite);
  if (known.length === 0) return values.length === 0 ? 'no loss yet' : 'no finite loss';
  const highest = Math.max(...known);
  return [
    `loss from ${number(known[0])} to ${number(known.at(-1))}`,
    highest > Math.max(known[0], known.at(-1)) ? `highest ${number(highest)}` : '',
    !finite(values.at(-1)) ? 'not finite now' : known.length < values.length ? 'not finite at times' : '',
  ].filter(Boolean).join(', ');
}

/** An empty curve. */
export function sparkline() {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', `0 0 ${WIDTH} ${HEIGHT}`);
  svg.setAttribute('class', 'sparkline');
  svg.setAttribute('role', 'img');
  for (const name of ['line', 'gaps']) {
    const path = document.createElementNS(SVG, 'path');
    path.setAttribute('class', name);
    svg.append(path);
  }
  return svg;
}

/** Draws the values, oldest first; null where none was finite. Unchanged ones cost nothing. */
export function updateSparkline(svg, values) {
  const key = values.join();
  if (svg.dataset.key === key) return;
  svg.dataset.key = key;
  const { line, gaps } = sparkPaths(values);
  svg.children[0].setAttribute('d', line);
  svg.children[1].setAttribute('d', gaps);
  svg.setAttribute('aria-label', sparkText(values));
}
