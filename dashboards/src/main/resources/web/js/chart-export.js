// SPDX-License-Identifier: Apache-2.0
// Charts as files: PNG and SVG, drawn anew off the screen, and CSV of the buckets that are shown.

import { h } from './dom.js';

const PIXELS_PER_PIXEL = 2;
const TITLE_PIXELS = 30;
const SVG_TYPE = 'image/svg+xml';

/**
 * An ECharts option as an image with its title and the page's background.
 *
 * @param type `png` or `svg`
 * @param look `{ title, width, height, colors }`; `colors` as `theme.js` reads them
 */
export async function chartImage(option, type, { title, width, height, colors }) {
  const box = h('div', { style: { width: `${width}px`, height: `${height + TITLE_PIXELS}px` } });
  const instance = globalThis.echarts.init(box, null, {
    renderer: type === 'svg' ? 'svg' : 'canvas', width, height: height + TITLE_PIXELS,
  });
  try {
    instance.setOption(titled(option, title, colors));
    if (type === 'svg') return new Blob([instance.renderToSVGString()], { type: SVG_TYPE });
    const canvas = instance.renderToCanvas({ pixelRatio: PIXELS_PER_PIXEL, backgroundColor: colors.panel });
    return await new Promise((resolve) => canvas.toBlob(resolve, 'image/png'));
  } finally {
    instance.dispose();
  }
}

function titled(option, title, colors) {
  const heading = {
    text: title, left: 12, top: 8,
    textStyle: { color: colors.ink, fontFamily: colors.font, fontSize: 14, fontWeight: 600 },
  };
  return {
    ...option,
    backgroundColor: colors.panel,
    tooltip: undefined,
    title: [heading, ...[option.title ?? []].flat()],
    grid: { ...option.grid, top: option.grid.top + TITLE_PIXELS },
  };
}

/**
 * The buckets of some lines as CSV: where a bucket is one step, min, max and mean are its value.
 *
 * @param lines each `{ layer, segment, series }`
 * @param more columns before the others, the same for all rows: `{ run: 'a' }`
 */
export function bucketsCsv(lines, more = {}) {
  const before = Object.values(more);
  const rows = [[...Object.keys(more), 'layer', 'segment', 'step', 'min', 'max', 'mean', 'count']];
  for (const { layer, segment, series } of lines) {
    series.step.forEach((step, i) => rows.push([...before, layer ?? '', segment, step,
      series.min[i], series.max[i], series.mean[i], series.count[i]]));
  }
  return csvText(rows);
}

/** Rows of values as CSV; the first row has the names of the columns. */
export function csvText(rows) {
  return rows.map((row) => row.map(cell).join(',')).join('\r\n') + '\r\n';
}

function cell(value) {
  const text = String(value ?? '');
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text; // no formula in a spreadsheet
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** A file name of some words, whatever these hold. */
export function fileName(words, extension) {
  const name = words.join('-').replace(/[^\p{L}\p{N}._-]+/gu, '_').replace(/^[._]+/, '').slice(0, 120);
  return `${name || 'chart'}.${extension}`;
}

/** Saves text or a blob as a file of that name. */
export function saveFile(content, name, type = 'text/csv') {
  const blob = content instanceof Blob ? content : new Blob([content], { type });
  const address = URL.createObjectURL(blob);
  h('a', { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000); // the browser reads it after the click
}
