// SPDX-License-Identifier: Apache-2.0
// One chart on the page: title, definition, legend, canvas, tooltip, drag to zoom.

import { nearest } from './buckets.js';
import { chartOption, layerColors } from './chart-option.js';
import { dragZoom } from './drag-zoom.js';
import { h, hint } from './dom.js';
import { count, layerName, number, words } from './format.js';
import { severityIcon } from './severity.js';
import { LAYER } from './signals.js';
import { byLayer, palette } from './theme.js';

const MARK_REACH_PIXELS = 7;
const MOST_ROWS = 8;
const MOST_CHIPS = 8;
const MOST_HAPPENED = 4;

/** Charts by field, or by name where they were chosen, for the browser test and the console. */
export const charts = new Map();

export class Chart {
  #chart;
  #echarts = null;
  #model = null;
  #visible = false;
  #canvas = h('div', { class: 'canvas', role: 'img' });
  #cursor = h('div', { class: 'cursor', hidden: true });
  #legend = h('div', { class: 'legend' });
  #observer;
  #resizer;

  /** `onZoom({ from, to })` on a drag, `onZoom(null)` on a double click; `onHover(step or null)`. */
  constructor(chart, { onZoom, onHover }) {
    this.#chart = chart;
    this.onZoom = onZoom;
    this.onHover = onHover;
    const unit = chart.unit ? h('span', { class: 'unit' }, chart.unit) : null;
    this.element = h('figure', { class: chart.wide ? 'chart wide' : 'chart', 'data-chart': chart.key ?? chart.field },
      h('figcaption', {}, h('h3', {}, chart.title), unit, hint(chart.meaning), this.#legend),
      h('div', { class: 'plot' }, this.#canvas, this.#cursor));
    // Off-screen charts are not redrawn: a phone shows one or two of them at a time.
    this.#observer = new IntersectionObserver(([entry]) => {
      this.#visible = entry.isIntersecting;
      if (this.#visible) this.#draw();
    }, { rootMargin: '200px' });
    this.#observer.observe(this.element);
    this.#resizer = new ResizeObserver(() => this.#echarts?.resize());
    this.#resizer.observe(this.#canvas);
  }

  /** What this chart shows. */
  get definition() {
    return this.#chart;
  }

  /** Shows `model`; drawn at once when on screen. */
  update(model) {
    this.#model = { ...model, chart: this.#chart };
    if (this.#visible) this.#draw();
  }

  #draw() {
    if (!this.#model || !globalThis.echarts) return;
    const colors = palette();
    this.#echarts ??= this.#open();
    const option = chartOption(this.#model, colors);
    option.tooltip.formatter = (params) => this.#tooltip(params, colors);
    this.#echarts.setOption(option, { replaceMerge: ['series'] });
    this.#drawLegend(colors);
    const live = this.#model.lines.filter((l) => !l.dead);
    const points = live.reduce((sum, l) => sum + l.series.step.length, 0);
    this.#canvas.setAttribute('aria-label', `${this.#chart.title} against step, up to step `
      + `${count(this.#model.lastStep)}; ${this.#lastValues(live)}`);
    this.#canvas.dataset.points = String(points);
  }

  #open() {
    const instance = globalThis.echarts.init(this.#canvas, null, { renderer: 'canvas' });
    charts.set(this.#chart.key ?? this.#chart.field, instance);
    dragZoom(instance, this.onZoom);
    instance.on('updateAxisPointer', (event) => this.onHover(event.axesInfo?.[0]?.value ?? null));
    instance.getZr().on('globalout', () => this.onHover(null));
    return instance;
  }

  #lastValues(live) {
    if (live.length === 0) return 'no values yet';
    const newest = Math.max(...live.map((l) => l.segment));
    return live.filter((l) => l.segment === newest).slice(0, MOST_ROWS)
      .map((l) => `${layerName(l.layer)} ${number(l.series.mean.at(-1))}`.trim()).join(', ');
  }

  #drawLegend(colors) {
    const tint = [...layerColors(this.#model.lines, colors)].filter(([layer]) => layer !== null);
    const parts = [];
    if (tint.length > MOST_CHIPS) {
      const gradient = `linear-gradient(90deg, ${tint.map(([, color]) => color).join(', ')})`;
      parts.push(h('span', {}, layerName(tint[0][0])), h('i', { class: 'ramp', style: { background: gradient } }),
        h('span', {}, layerName(tint.at(-1)[0])));
    } else if (tint.length > 0) {
      parts.push(...tint.map(([layer, color]) => chip(layerName(layer), { background: color })));
    }
    if (this.#model.next) parts.push(chip('forecast', {}, 'dashed'));
    if (this.#model.expected) parts.push(chip(this.#chart.measurement === LAYER ? 'expected of layer 0' : 'expected', {}, 'dotted'));
    if (this.#model.evaluations?.length > 0) parts.push(chip('evaluation', {}, 'ring'));
    if (this.#model.lines.some((l) => l.dead)) parts.push(chip('rolled back', {}, 'faint'));
    const key = parts.map((p) => p.outerHTML).join('');
    if (this.#legend.dataset.key === key) return;
    this.#legend.dataset.key = key;
    this.#legend.replaceChildren(...parts);
  }

  #tooltip(params, colors) {
    const step = (Array.isArray(params) ? params[0] : params)?.axisValue;
    if (step === undefined) return '';
    const tint = layerColors(this.#model.lines, colors);
    const rows = this.#model.lines
      .map((line) => ({ line, i: nearest(line.series.step, step) }))
      .filter(({ line, i }) => i >= 0 && Math.abs(line.series.step[i] - step) <= this.#reach())
      .sort((a, b) => Number(a.line.dead) - Number(b.line.dead) || byLayer(a.line.layer, b.line.layer));
    const shown = rows.length > MOST_ROWS ? this.#highest(rows) : rows;
    return h('div', { class: 'tip' },
      h('div', { class: 'tip-step' }, `step ${count(Math.round(step))}`),
      ...shown.map((row) => this.#row(row, tint)),
      rows.length > shown.length ? h('div', { class: 'tip-more' }, `the ${shown.length} highest of ${rows.length}`) : null,
      ...this.#marksNear(step).map((m) => h('div', { class: 'tip-mark' }, severityIcon(m.severity),
        h('span', {}, m.message || words(m.kind)))),
      ...this.#happenedNear(step).map((e) => h('div', { class: 'tip-mark' }, h('span', {}, e.message))));
  }

  #highest(rows) {
    const value = ({ line, i }) => line.series.max[i] ?? -Infinity;
    return [...rows].sort((a, b) => value(b) - value(a)).slice(0, MOST_ROWS);
  }

  #row({ line, i }, tint) {
    const { mean, min, max, count: samples } = line.series;
    const range = samples[i] > 1 && max[i] > min[i] ? ` (${number(min[i], 3)}–${number(max[i], 3)})` : '';
    const label = [layerName(line.layer), line.dead ? 'rolled back' : ''].filter(Boolean).join(', ');
    return h('div', { class: line.dead ? 'tip-row dead' : 'tip-row' },
      h('i', { style: { background: tint.get(line.layer) } }),
      h('span', {}, label || this.#chart.title), h('b', {}, number(mean[i]) + range));
  }

  // A step counts as hovered within a few pixels, whatever the zoom.
  #reach() {
    const [a, b] = [this.#echarts.convertFromPixel({ xAxisIndex: 0 }, 0),
      this.#echarts.convertFromPixel({ xAxisIndex: 0 }, MARK_REACH_PIXELS)];
    return Math.max(1, Math.abs(b - a));
  }

  #marksNear(step) {
    const reach = this.#reach();
    return this.#model.marks.filter((m) => Math.abs(m.step - step) <= reach).slice(-3);
  }

  #happenedNear(step) {
    const reach = this.#reach();
    const { events = [], evaluations = [] } = this.#model;
    return [...evaluations, ...events].filter((e) => Math.abs(e.step - step) <= reach).slice(-MOST_HAPPENED);
  }

  /** Shows where another chart is hovered. */
  point(step) {
    const x = step === null || !this.#echarts ? NaN : this.#echarts.convertToPixel({ xAxisIndex: 0 }, step);
    this.#cursor.hidden = !Number.isFinite(x);
    if (Number.isFinite(x)) this.#cursor.style.transform = `translateX(${Math.round(x)}px)`;
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

function chip(text, style, kind = '') {
  const label = h('span', { class: 'chip' }, h('i', { class: kind, style }));
  label.append(text);
  return label;
}
