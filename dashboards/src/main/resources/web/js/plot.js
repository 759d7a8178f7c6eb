// SPDX-License-Identifier: Apache-2.0
// A canvas that draws an ECharts option once it is on screen, follows its size, and shows where another
// chart is hovered.

import { charts } from './chart.js';
import { chartImage } from './chart-export.js';
import { h } from './dom.js';
import { palette } from './theme.js';

export class Plot {
  #key;
  #opened;
  #option = null;
  #visible = false;
  #observer;
  #resizer;
  #canvas = h('div', { class: 'canvas', role: 'img', 'aria-label': 'not drawn yet' });
  #cursor = h('div', { class: 'cursor', hidden: true });
  /** The ECharts instance; null until the first time on screen. */
  instance = null;
  element = h('div', { class: 'plot' }, this.#canvas, this.#cursor);

  /** `opened(instance)` is called once, to add what listens to the canvas. */
  constructor(key, opened = () => {}) {
    this.#key = key;
    this.#opened = opened;
    this.#observer = new IntersectionObserver((entries) => {
      this.#visible = entries.at(-1).isIntersecting;
      if (this.#visible) this.#draw();
    }, { rootMargin: '200px' });
    this.#observer.observe(this.#canvas);
    this.#resizer = new ResizeObserver(() => this.instance?.resize());
    this.#resizer.observe(this.#canvas);
  }

  /** Draws what `option()` gives: at once when on screen, otherwise when it comes there. */
  show(option, label) {
    this.#option = option;
    this.#canvas.setAttribute('aria-label', label);
    if (this.#visible) this.#draw();
  }

  #draw() {
    if (!this.#option || !globalThis.echarts) return;
    if (!this.instance) this.#open();
    this.instance.setOption(this.#option(), { replaceMerge: ['series'] });
  }

  #open() {
    this.instance = globalThis.echarts.init(this.#canvas, null, { renderer: 'canvas' });
    charts.set(this.#key, this.instance);
    this.#opened(this.instance);
  }

  /** What is drawn, as an image: `png` or `svg`. */
  image(type, title) {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    return chartImage(this.#option(), type, { title, width, height, colors: palette() });
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
