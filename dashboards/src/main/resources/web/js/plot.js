// SPDX-License-Identifier: Apache-2.0
// A canvas that draws an ECharts option once it is on screen, follows its size, and shows where another
// chart is hovered.

import { chartImage } from './chart-export.js';
import { h } from './dom.js';
import { palette } from './theme.js';

/** What is drawn, by field, or by name where it was chosen: for the browser test and the console. */
export const charts = new Map();

export class Plot {
  #key;
  #opened;
  #drawing = null;
  #visible = false;
  #observer;
  #resizer;
  #canvas;
  #cursor = h('div', { class: 'cursor', hidden: true });
  /** The ECharts instance; null until the first time on screen. */
  instance = null;
  element;

  /** `title` is what it is called until it is drawn; `opened(instance)` is called once, to listen to the canvas. */
  constructor(key, title, opened = () => {}) {
    this.#key = key;
    this.#opened = opened;
    this.#canvas = h('div', { class: 'canvas', role: 'img', 'aria-label': `${title}, not drawn yet` });
    this.element = h('div', { class: 'plot' }, this.#canvas, this.#cursor);
    // Off-screen charts are not drawn: a phone shows one or two of them at a time.
    this.#observer = new IntersectionObserver((entries) => {
      this.#visible = entries.at(-1).isIntersecting;
      if (this.#visible) this.#draw();
    }, { rootMargin: '200px' });
    this.#observer.observe(this.#canvas);
    this.#resizer = new ResizeObserver(() => this.instance?.resize());
    this.#resizer.observe(this.#canvas);
  }

  /**
   * Draws what `drawing()` gives: at once when on screen, otherwise when it comes there. It gives ECharts' `option`,
   * a `label` in words, and in `anew` the parts of the option that are no continuation of those drawn before.
   */
  show(drawing) {
    this.#drawing = drawing;
    if (this.#visible) this.#draw();
  }

  #draw() {
    if (!this.#drawing || !globalThis.echarts) return;
    if (!this.instance) this.#open();
    const { option, label, anew = ['series'] } = this.#drawing();
    this.instance.setOption(option, { replaceMerge: anew });
    this.#canvas.setAttribute('aria-label', label);
  }

  #open() {
    this.instance = globalThis.echarts.init(this.#canvas, null, { renderer: 'canvas' });
    charts.set(this.#key, this.instance);
    this.#opened(this.instance);
  }

  /** What is drawn, as an image: `png` or `svg`. */
  image(type, title) {
    const [width, height] = this.size;
    return chartImage(this.#drawing().option, type, { title, width, height, colors: palette() });
  }

  /** Size of the canvas, `[width, height]`. */
  get size() {
    return [this.#canvas.clientWidth, this.#canvas.clientHeight];
  }

  /** Shows a line at this place of the horizontal axis; null removes it. */
  point(x) {
    const left = x === null || !this.instance ? NaN : this.instance.convertToPixel({ xAxisIndex: 0 }, x);
    this.#cursor.hidden = !Number.isFinite(left);
    if (Number.isFinite(left)) this.#cursor.style.transform = `translateX(${Math.round(left)}px)`;
  }

  /** Draws again in the colours now in force. */
  repaint() {
    if (this.#visible) this.#draw();
  }

  dispose() {
    this.#observer.disconnect();
    this.#resizer.disconnect();
    this.instance?.dispose();
    charts.delete(this.#key);
  }
}
