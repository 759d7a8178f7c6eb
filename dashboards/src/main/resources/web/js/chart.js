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
import { palette } from './theme.js';

const MARK_REACH_PIXELS = 7;
const MOST_READ_OUT = 8;

/** Charts by field, or by name where they were chosen, for the browser test and the console. */
export const charts = new Map();

export class Chart {
  #chart;
  #echarts = null;
  #model = null;
  #drawn = null;
  #visible = false;
  #canvas = h('div', { class: 'canvas', role: 'img' });
  #cursor = h('div', { class: 'cursor', hidden: true });
  #legend = h('div', { class: 'legend' });
  #hoveredRow = 0;
  #kind = '';
  #observer;
  #resizer;

  /** `onZoom({ from, to })` in steps on a drag, `onZoom(null)` on a double click; `onHover(place on the axis or null)`. */
  constructor(chart, { onZoom, onHover }) {
    this.#chart = chart;
    this.#canvas.setAttribute('aria-label', `${chart.title}, not drawn yet`);
    this.onZoom = onZoom;
    this.onHover = onHover;
    const unit = chart.unit ? h('span', { class: 'unit' }, chart.unit) : null;
    this.element = h('figure', { class: chart.wide ? 'chart wide' : 'chart', 'data-chart': chart.key ?? chart.field },
      h('figcaption', {}, h('h3', {}, chart.title), unit, hint(chart.meaning), this.#legend),
      h('div', { class: 'plot' }, this.#canvas, this.#cursor));
    // Off-screen charts are not redrawn: a phone shows one or two of them at a time.
    this.#observer = new IntersectionObserver((entries) => {
      this.#visible = entries.at(-1).isIntersecting;
      if (this.#visible) this.#draw();
    }, { rootMargin: '200px' });
    this.#observer.observe(this.element);
    this.#resizer = new ResizeObserver(() => this.#echarts?.resize());
    this.#resizer.observe(this.#canvas);
  }

  /** Size of the canvas, `[width, height]`. */
  get size() {
    return [this.#canvas.clientWidth, this.#canvas.clientHeight];
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
    if (this.#visible) this.#draw();
  }

  #draw() {
    if (!this.#model || !globalThis.echarts) return;
    const colors = palette();
    const drawn = this.draft(colors);
    this.#drawn = drawn;
    this.#echarts ??= this.#open();
    drawn.option.tooltip.formatter = (params) => this.#tooltip(params, colors);
    // Axes of another kind are new ones; the same ones stay, so that a tooltip stays open.
    const kind = JSON.stringify([drawn.heat !== null, drawn.model.chart.log, drawn.model.axis.kind]);
    const anew = kind === this.#kind ? ['series'] : ['series', 'xAxis', 'yAxis'];
    this.#echarts.setOption(drawn.option, { replaceMerge: anew });
    this.#kind = kind;
    this.#drawLegend(drawn.heat ? heatLegend(drawn.model, colors) : lineLegend(drawn.model, colors));
    const live = drawn.model.lines.filter((l) => !l.dead);
    const points = live.reduce((sum, l) => sum + l.series.step.length, 0);
    this.#canvas.setAttribute('aria-label', `${this.#chart.title} against ${drawn.model.axis.kind}, up to step `
      + `${count(drawn.model.lastStep)}; ${this.#lastValues(live)}`);
    this.#canvas.dataset.points = String(points);
  }

  /** What would be drawn now: the placed model, the heat map's rows if it is one, and ECharts' option. */
  draft(colors) {
    const given = typeof this.#model === 'function' ? this.#model() : this.#model;
    const model = place({ chart: this.#chart, ...given });
    const heat = model.heat ? heatOf(model) : null;
    return { model, heat, option: heat ? heatOption(model, heat, colors) : chartOption(model, colors) };
  }

  #open() {
    const instance = globalThis.echarts.init(this.#canvas, null, { renderer: 'canvas' });
    charts.set(this.#chart.key ?? this.#chart.field, instance);
    const stepAt = (x) => this.#drawn.model.axis.stepAt(x);
    dragZoom(instance, this.onZoom, (a, b) => wholeSteps(stepAt(a), stepAt(b)));
    instance.on('updateAxisPointer', (event) => this.onHover(event.axesInfo?.[0]?.value ?? null));
    instance.getZr().on('mousemove', ({ offsetY }) => {
      this.#hoveredRow = Math.round(instance.convertFromPixel({ yAxisIndex: 0 }, offsetY));
    });
    instance.getZr().on('globalout', () => this.onHover(null));
    return instance;
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
    const [a, b] = [this.#echarts.convertFromPixel({ xAxisIndex: 0 }, 0),
      this.#echarts.convertFromPixel({ xAxisIndex: 0 }, MARK_REACH_PIXELS)];
    return Math.max(axis.at(lastStep) - axis.at(lastStep - 1), Math.abs(b - a));
  }

  /** Shows where another chart of the same axis is hovered; null: nowhere. */
  point(x) {
    const pixel = x === null || !this.#drawn ? NaN : this.#echarts.convertToPixel({ xAxisIndex: 0 }, x);
    this.#cursor.hidden = !Number.isFinite(pixel);
    if (Number.isFinite(pixel)) this.#cursor.style.transform = `translateX(${Math.round(pixel)}px)`;
  }

  /** Draws again in the colours now in force. */
  repaint() {
    this.#draw();
  }

  dispose() {
    this.#observer.disconnect();
    this.#resizer.disconnect();
    this.#echarts?.dispose();
    charts.delete(this.#chart.key ?? this.#chart.field);
  }
}
