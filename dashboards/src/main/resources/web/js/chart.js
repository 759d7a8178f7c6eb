// SPDX-License-Identifier: Apache-2.0
// One chart on the page: title, definition, legend, canvas, tooltip, drag to zoom.

import { heatLegend, lineLegend } from './chart-legend.js';
import { chartOption } from './chart-option.js';
import { chartTooltip, heatTooltip } from './chart-tooltip.js';
import { dragZoom, wholeSteps } from './drag-zoom.js';
import { h, hint } from './dom.js';
import { count, layerName, number } from './format.js';
import { heatOf, heatOption } from './heat-option.js';
import { place } from './placed-model.js';
import { charts, Plot } from './plot.js';
import { palette } from './theme.js';

const MARK_REACH_PIXELS = 7;
const MOST_READ_OUT = 8;

export { charts };

export class Chart {
  #chart;
  #plot;
  #model = null;
  #drawn = null;
  #legend = h('div', { class: 'legend' });
  #hoveredRow = 0;
  #kind = '';

  /** `onZoom({ from, to })` in steps on a drag, `onZoom(null)` on a double click; `onHover(place on the axis or null)`. */
  constructor(chart, { onZoom, onHover }) {
    this.#chart = chart;
    this.onZoom = onZoom;
    this.onHover = onHover;
    const unit = chart.unit ? h('span', { class: 'unit' }, chart.unit) : null;
    const name = chart.key ?? chart.field;
    this.#plot = new Plot(name, chart.title, (instance) => this.#listen(instance));
    this.element = h('figure', { class: chart.wide ? 'chart wide' : 'chart', 'data-chart': name },
      h('figcaption', {}, h('h3', {}, chart.title), unit, hint(chart.meaning), this.#legend),
      this.#plot.element);
  }

  /** Size of the canvas, `[width, height]`. */
  get size() {
    return this.#plot.size;
  }

  /** What this chart shows. */
  get definition() {
    return this.#chart;
  }

  /** Where a page adds its own tools. */
  get caption() {
    return this.element.firstElementChild;
  }

  /** Shows `model`, or what a function makes of it once it is drawn: at once when on screen. */
  update(model) {
    this.#model = model;
    this.#plot.show(() => this.#drawing());
  }

  #drawing() {
    const colors = palette();
    const drawn = this.draft(colors);
    this.#drawn = drawn;
    drawn.option.tooltip.formatter = (params) => this.#tooltip(params, colors);
    // Axes of another kind are new ones; the same ones stay, so that a tooltip stays open.
    const kind = JSON.stringify([drawn.heat !== null, drawn.model.chart.log, drawn.model.axis.kind]);
    const anew = kind === this.#kind ? ['series'] : ['series', 'xAxis', 'yAxis'];
    this.#kind = kind;
    this.#drawLegend(drawn.heat ? heatLegend(drawn.model, colors) : lineLegend(drawn.model, colors));
    const label = `${this.#chart.title} against ${drawn.model.axis.kind}, up to step ${count(drawn.model.lastStep)}; `
      + this.#lastValues(drawn.model.lines.filter((l) => !l.dead));
    return { option: drawn.option, anew, label };
  }

  /** What would be drawn now: the placed model, the heat map's rows if it is one, and ECharts' option. */
  draft(colors) {
    const given = typeof this.#model === 'function' ? this.#model() : this.#model;
    const model = place({ chart: this.#chart, ...given });
    const heat = model.heat ? heatOf(model) : null;
    return { model, heat, option: heat ? heatOption(model, heat, colors) : chartOption(model, colors) };
  }

  #listen(instance) {
    const stepAt = (x) => this.#drawn.model.axis.stepAt(x);
    dragZoom(instance, this.onZoom, (a, b) => wholeSteps(stepAt(a), stepAt(b)));
    instance.on('updateAxisPointer', (event) => this.onHover(event.axesInfo?.[0]?.value ?? null));
    instance.getZr().on('mousemove', ({ offsetY }) => {
      this.#hoveredRow = Math.round(instance.convertFromPixel({ yAxisIndex: 0 }, offsetY));
    });
    instance.getZr().on('globalout', () => this.onHover(null));
  }

  #lastValues(live) {
    if (live.length === 0) return 'no values yet';
    const newest = Math.max(...live.map((l) => l.segment));
    return live.filter((l) => l.segment === newest).slice(0, MOST_READ_OUT)
      .map((l) => `${layerName(l.layer)} ${number(l.series.mean.at(-1))}`.trim()).join(', ');
  }

  #drawLegend(parts) {
    const key = parts.map((p) => p.outerHTML).join('');
    if (this.#legend.dataset.key === key) return;
    this.#legend.dataset.key = key;
    this.#legend.replaceChildren(...parts);
  }

  #tooltip(params, colors) {
    const x = (Array.isArray(params) ? params[0] : params)?.axisValue;
    if (x === undefined) return '';
    const { model, heat } = this.#drawn;
    return heat
      ? heatTooltip(model, heat, x, this.#hoveredRow, this.#reach())
      : chartTooltip(model, x, this.#reach(), colors);
  }

  // A step counts as hovered within a few pixels, whatever the zoom.
  #reach() {
    const { axis, lastStep } = this.#drawn.model;
    const { instance } = this.#plot;
    const [a, b] = [0, MARK_REACH_PIXELS].map((pixel) => instance.convertFromPixel({ xAxisIndex: 0 }, pixel));
    return Math.max(axis.at(lastStep) - axis.at(lastStep - 1), Math.abs(b - a));
  }

  /** Shows where another chart of the same axis is hovered; null: nowhere. */
  point(x) {
    this.#plot.point(x);
  }

  /** Draws again in the colours now in force. */
  repaint() {
    this.#plot.repaint();
  }

  dispose() {
    this.#plot.dispose();
  }
}
