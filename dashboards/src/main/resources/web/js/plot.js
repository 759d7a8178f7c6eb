// SPDX-License-Identifier: Apache-2.0
// A canvas that draws an ECharts option once it is on screen, and follows its size.

import { h } from './dom.js';

/** Open charts by key, for the browser tests and the console. */
export const charts = new Map();

export class Plot {
  #key;
  #opened;
  #option = null;
  #visible = false;
  #observer;
  #resizer;
  /** The ECharts instance; null until the first time on screen. */
  instance = null;
  element = h('div', { class: 'canvas', role: 'img' });

  /** `opened(instance)` is called once, to add what listens to the canvas. */
  constructor(key, opened = () => {}) {
    this.#key = key;
    this.#opened = opened;
    this.#observer = new IntersectionObserver(([entry]) => {
      this.#visible = entry.isIntersecting;
      if (this.#visible) this.#draw();
    }, { rootMargin: '200px' });
    this.#observer.observe(this.element);
    this.#resizer = new ResizeObserver(() => this.instance?.resize());
    this.#resizer.observe(this.element);
  }

  /** Draws what `option()` gives: at once when on screen, otherwise when it comes there. */
  show(option, label) {
    this.#option = option;
    this.element.setAttribute('aria-label', label);
    if (this.#visible) this.#draw();
  }

  #draw() {
    if (!this.#option || !globalThis.echarts) return;
    if (!this.instance) this.#open();
    this.instance.setOption(this.#option(), { replaceMerge: ['series'] });
  }

  #open() {
    this.instance = globalThis.echarts.init(this.element, null, { renderer: 'canvas' });
    charts.set(this.#key, this.instance);
    this.instance.on('finished', () => {
      performance.clearMarks(`drawn ${this.#key}`);
      performance.mark(`drawn ${this.#key}`); // what benchmarks measure
    });
    this.#opened(this.instance);
  }

  dispose() {
    this.#observer.disconnect();
    this.#resizer.disconnect();
    this.instance?.dispose();
    charts.delete(this.#key);
  }
}
