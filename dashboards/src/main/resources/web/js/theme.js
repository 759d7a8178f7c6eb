// SPDX-License-Identifier: Apache-2.0
// Colours for canvases, read from the style sheet so that each is written once.

const NAMES = ['ink', 'muted', 'rule', 'grid', 'panel', 'sunk', 'accent', 'critical', 'warning', 'info', 'well'];

/** The colours now in force, by name, those of layers from first to last, and those of compared runs. */
export function palette() {
  const style = getComputedStyle(document.documentElement);
  const read = (name) => style.getPropertyValue(`--${name}`).trim();
  const colors = Object.fromEntries(NAMES.map((name) => [name, read(name)]));
  colors.ramp = read('ramp').split(' ');
  colors.runs = read('runs').split(' ');
  colors.font = getComputedStyle(document.body).fontFamily;
  return colors;
}

/** Calls back when the page turns from light to dark or back. */
export function onThemeChange(callback, signal) {
  const observer = new MutationObserver(callback);
  observer.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  signal.addEventListener('abort', () => observer.disconnect());
}

/** Colour of the i-th of n ordered layers: one ramp in lightness too, not n arbitrary hues. */
export function rampColor(ramp, i, n) {
  const at = n < 2 ? 0 : (i / (n - 1)) * (ramp.length - 1);
  const low = Math.min(Math.floor(at), ramp.length - 2);
  return mix(ramp[low], ramp[low + 1], at - low);
}

function mix(a, b, share) {
  const [x, y] = [channels(a), channels(b)];
  return `rgb(${x.map((from, i) => Math.round(from + (y[i] - from) * share)).join(',')})`;
}

/** `[r, g, b]` of a colour such as `#1f6486`. */
export function channels(color) {
  return [1, 3, 5].map((k) => parseInt(color.slice(k, k + 2), 16));
}

/** Layers in the order of the network: embedding, 0, 1, …, head. */
export function byLayer(a, b) {
  const place = (layer) => (layer === 'embedding' ? -1 : layer === 'head' ? Infinity : Number(layer));
  return place(a) - place(b) || 0;
}
