// SPDX-License-Identifier: Apache-2.0
// The colours of compared runs, as measured: contrast with the panel, and distance in every kind of sight.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const css = readFileSync(new URL('../../main/resources/web/css/base.css', import.meta.url), 'utf8');
const all = (name) => [...css.matchAll(new RegExp(`--${name}: ([^;]+);`, 'g'))].map((m) => m[1].split(' '));
const THEMES = all('runs').map((colors, i) => ({ colors, panel: all('panel')[i][0] }));

// Machado, Oliveira, Fernandes 2009, severity 1
const SIGHTS = {
  usual: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  protanopia: [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
  deuteranopia: [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
  tritanopia: [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
};

const linear = (hex) => [1, 3, 5].map((k) => parseInt(hex.slice(k, k + 2), 16) / 255)
  .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
const dot = (weights, rgb) => weights.reduce((sum, w, k) => sum + w * rgb[k], 0);
const luminance = (rgb) => dot([0.2126, 0.7152, 0.0722], rgb);

function lab(rgb) {
  const [r, g, b] = rgb.map((v) => Math.min(1, Math.max(0, v)));
  const f = (t) => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116);
  const x = f(dot([0.4124, 0.3576, 0.1805], [r, g, b]) / 0.95047);
  const y = f(luminance([r, g, b]));
  const z = f(dot([0.0193, 0.1192, 0.9505], [r, g, b]) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

test('there are two themes with eight colours each', () => {
  assert.deepEqual(THEMES.map(({ colors }) => colors.length), [8, 8]);
});

test('each colour has a contrast of 3 to 1 with the panel', () => {
  for (const { colors, panel } of THEMES) {
    for (const color of colors) {
      const [high, low] = [color, panel].map((c) => luminance(linear(c))).sort((a, b) => b - a);
      assert.ok((high + 0.05) / (low + 0.05) >= 3, `${color} on ${panel}`);
    }
  }
});

test('no two colours are near one another in any kind of sight', () => {
  for (const { colors } of THEMES) {
    for (const [sight, matrix] of Object.entries(SIGHTS)) {
      const seen = colors.map((color) => lab(matrix.map((row) => dot(row, linear(color)))));
      seen.forEach((a, i) => seen.slice(0, i).forEach((b, j) => {
        const distance = Math.hypot(...a.map((v, k) => v - b[k]));
        assert.ok(distance >= 15, `${colors[i]} and ${colors[j]} in ${sight}: ${distance.toFixed(1)}`); // 2.3 can just be seen
      }));
    }
  }
});
