// SPDX-License-Identifier: Apache-2.0
// One chart of a comparison on the page: title, scale, layer, canvas, tooltip, drag to zoom.

import { csvText, fileName, saveFile } from '../chart-export.js';
import { h, hint } from '../dom.js';
import { dragZoom } from '../drag-zoom.js';
import { finite, number } from '../format.js';
import { Menu } from '../menu.js';
import { Plot } from '../plot.js';
import { byLayer, palette } from '../theme.js';
import { compareOption } from './compare-option.js';
import { chartText } from './compare-link.js';
import { csvRows, rowText, valuesAt } from './compare-model.js';
import { HIGHEST, layerChoice, LOWEST } from './layer-curve.js';
import { swatch } from './swatch.js';

export class CompareChart {
  #chart;
  #plot;
  #model = null;
  #emphasized = null;
  #layer = h('select', { 'aria-label': 'Layer', hidden: true });
  element;

  /**
   * `chart` has `{ name, layer, field, measurement, title, unit, meaning }`. Calls `zoom({ from, to })`
   * or `zoom(null)`, `hover(x or null)`, `emphasize(key or null)`, `scale(log)`, `chooseLayer(layer)`,
   * `link()` and `remove()`.
   */
  constructor(chart, calls) {
    this.#chart = chart;
    this.#plot = new Plot(chartText(chart), chart.title, (instance) => this.#listen(instance, calls));
    this.#layer.addEventListener('change', () => calls.chooseLayer(this.#layer.value));
    this.element = h('figure', { class: 'chart', 'data-chart': chartText(chart) },
      h('figcaption', {}, h('h3', {}, chart.title), chart.unit ? h('span', { class: 'unit' }, chart.unit) : null,
        hint(chart.meaning), this.#layer),
      this.#plot.element,
      new Menu(`Menu of ${chart.title}`, () => this.#menu(calls)).element);
  }

  #menu({ scale, link, remove }) {
    const { log } = this.#model;
    const why = this.#model.curves.length === 0 ? 'The chart is empty.' : null;
    return [
      { label: 'Logarithmic', checked: log, act: () => scale(!log) },
      null,
      { label: 'Save as PNG', why, act: () => this.#save('png') },
      { label: 'Save as SVG', why, act: () => this.#save('svg') },
      { label: 'Save as CSV', why, act: () => this.#save('csv') },
      { label: 'Link to this chart…', act: link },
      null,
      { label: 'Remove', act: remove },
    ];
  }

  async #save(type) {
    const { curves, axis } = this.#model;
    const title = [this.#chart.title, this.#chart.unit, ...curves.map(({ look, name }) => `${look.label} ${name}`)].filter(Boolean).join(' · ');
    const content = type === 'csv' ? csvText(csvRows(curves, axis)) : await this.#plot.image(type, title);
    saveFile(content, fileName(['compare', chartText(this.#chart)], type));
  }

  /** What it shows. */
  get chart() {
    return this.#chart;
  }

  #listen(instance, { zoom, hover, emphasize }) {
    dragZoom(instance, zoom, (from, to) => ({ from, to }));
    instance.on('updateAxisPointer', (event) => hover(event.axesInfo?.[0]?.value ?? null));
    instance.getZr().on('globalout', () => {
      hover(null);
      emphasize(null);
    });
    const key = ({ seriesName }) => this.#model.curves.find(({ name }) => name === seriesName)?.key ?? null;
    instance.on('mouseover', 'series.line', (event) => emphasize(key(event)));
    instance.on('mouseout', 'series.line', () => emphasize(null));
  }

  /** Shows `{ curves, log, axis, range, layers }`. */
  update(model) {
    this.#model = model;
    this.#chooseLayers(model.layers);
    this.#plot.show(() => ({ option: this.#option(), label: this.#label() }));
    this.#highlight();
  }

  #option() {
    const option = compareOption(this.#model, palette());
    option.tooltip.formatter = (params) => this.#tooltip((Array.isArray(params) ? params[0] : params)?.axisValue);
    return option;
  }

  #label() {
    const values = this.#model.curves.map(({ name, rows }) => `${name} ${number(rows.findLast(Boolean)?.[1])}`);
    return `${this.#chart.title} of ${values.length} curves; newest values: ${values.join(', ') || 'none'}`;
  }

  #chooseLayers(layers) {
    const known = [...layers].filter((layer) => layer !== null).sort(byLayer);
    const choices = known.length === 0 ? [] : [HIGHEST, LOWEST, ...known];
    this.#layer.hidden = choices.length === 0;
    if (this.#layer.dataset.key !== choices.join()) {
      this.#layer.dataset.key = choices.join();
      this.#layer.replaceChildren(...choices.map((layer) => h('option', { value: layer }, layerChoice(layer))));
    }
    this.#layer.value = this.#chart.layer ?? HIGHEST;
  }

  #tooltip(x) {
    if (!finite(x)) return '';
    return h('div', { class: 'tip' },
      h('div', { class: 'tip-step' }, this.#model.axis.words(x)),
      ...valuesAt(this.#model.curves, x).map(({ curve, row }) => h('div', { class: 'tip-row' },
        swatch(curve.look), h('span', {}, `${curve.look.label} ${curve.name}`), h('b', {}, rowText(row)))));
  }

  /** Shows where another chart is hovered. */
  point(x) {
    this.#plot.point(x);
  }

  /** Draws one curve in front of the others; null ends it. */
  emphasize(key) {
    this.#emphasized = key;
    this.#highlight();
  }

  #highlight() {
    const { instance } = this.#plot;
    if (!instance) return;
    instance.dispatchAction({ type: 'downplay' });
    if (this.#emphasized !== null) instance.dispatchAction({ type: 'highlight', seriesId: `line-${this.#emphasized}` });
  }

  repaint() {
    this.#plot.repaint();
  }

  dispose() {
    this.#plot.dispose();
  }
}
