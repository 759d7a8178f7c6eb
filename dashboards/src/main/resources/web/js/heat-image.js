// SPDX-License-Identifier: Apache-2.0
// A heat map as one image: a canvas takes a hundred layers of a thousand buckets faster than as many shapes.

import { MOST_DOUBLINGS } from './heat-map.js';
import { channels } from './theme.js';

const HATCH_PIXELS = 6;
const SHADES = 64;

/**
 * The image, `width` × `height` pixels, the first row at the foot.
 *
 * @param pixel pixel column of a place on the x axis, from 0 at the left
 * @param missing per row the places `{ x, to }` of values that were NaN or infinite: hatched
 */
export function heatImage(rows, missing, { width, height, pixel }, colors) {
  const cells = cellImage(rows, width, pixel, shades(colors), channels(colors.rule));
  const image = canvas(width, height);
  const context = image.getContext('2d');
  context.imageSmoothingEnabled = false;
  context.drawImage(cells, 0, 0, width, height);
  context.fillStyle = hatch(context, colors);
  const tall = height / rows.length;
  missing.forEach((places, i) => places.forEach(({ x, to }) => {
    const left = pixel(x);
    context.fillRect(left, height - (i + 1) * tall, Math.max(2, pixel(to) - left), tall);
  }));
  return image;
}

// One pixel per cell in height. Of several buckets in a pixel the one that changed most is seen.
function cellImage(rows, width, pixel, shade, unknown) {
  const image = canvas(width, rows.length);
  const context = image.getContext('2d');
  const pixels = context.createImageData(width, rows.length);
  const most = new Float64Array(width);
  rows.forEach((row, i) => {
    most.fill(-1);
    const top = (rows.length - 1 - i) * width;
    for (let k = 0; k < row.x.length; k++) {
      const change = row.change[k];
      const size = change === null ? 0 : Math.abs(change);
      const color = change === null ? unknown : shade(change);
      const left = Math.max(0, Math.floor(pixel(row.x[k])));
      const right = Math.min(width, Math.max(left + 1, Math.round(pixel(row.to[k]))));
      for (let x = left; x < right; x++) {
        if (size <= most[x]) continue;
        most[x] = size;
        pixels.data.set(color, (top + x) * 4);
        pixels.data[(top + x) * 4 + 3] = change === null ? 90 : 255;
      }
    }
  });
  context.putImageData(pixels, 0, 0);
  return image;
}

/** Colour `[r, g, b]` of a change: as before, more, less. */
export function shades({ sunk, critical, info }) {
  const [same, more, less] = [sunk, critical, info].map(channels);
  const mixed = (end, share) => same.map((from, i) => Math.round(from + (end[i] - from) * share));
  const ramps = [more, less].map((end) => Array.from({ length: SHADES + 1 }, (_, i) => mixed(end, i / SHADES)));
  return (change) => ramps[change < 0 ? 1 : 0][Math.round(Math.min(1, Math.abs(change) / MOST_DOUBLINGS) * SHADES)];
}

function hatch(context, { ink, panel }) {
  const tile = canvas(HATCH_PIXELS, HATCH_PIXELS);
  const pen = tile.getContext('2d');
  pen.fillStyle = panel;
  pen.fillRect(0, 0, HATCH_PIXELS, HATCH_PIXELS);
  pen.strokeStyle = ink;
  pen.lineWidth = 1.5;
  pen.beginPath();
  for (const shift of [-HATCH_PIXELS, 0, HATCH_PIXELS]) {
    pen.moveTo(shift, HATCH_PIXELS);
    pen.lineTo(shift + HATCH_PIXELS, 0);
  }
  pen.stroke();
  return context.createPattern(tile, 'repeat');
}

function canvas(width, height) {
  const element = document.createElement('canvas');
  element.width = width;
  element.height = height;
  return element;
}
