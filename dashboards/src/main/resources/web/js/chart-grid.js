// SPDX-License-Identifier: Apache-2.0
// The charts of a run's page: those that the view names, in its order, each with what it shows.

import { Chart } from './chart.js';
import { chartTools } from './chart-tools.js';
import { h } from './dom.js';
import { evaluationMarks, eventMarks } from './event-model.js';
import { HeadData } from './head-data.js';
import { HeatChoice } from './heat-choice.js';
import { layerName } from './format.js';
import { nextFrame, painted } from './painted.js';
import { bandOf } from './preflight.js';
import { chartName, chartOf, STEP } from './signals.js';
import { smoothingUnit } from './smoothing.js';
import { isLog, shownCharts, viewQuery, withHeat } from './view-state.js';
import { axisChoices, axisField } from './x-axis.js';

// Charts that take longer than this to draw come in frames of their own, so that the page stays responsive.
const FRAME_MILLIS = 8;

export class ChartGrid {
  #page;
  #charts = []; // in order
  #choices = new Map();
  #heads;
  #hovered = null;
  #facts = null;
  #state = '';
  element = h('div', { class: 'chart-grid' });

  /**
   * @param page what the charts belong to: `{ run, data, signal, view(), setView(view), usual(), redraw(), addMark(step) }`
   */
  constructor(page) {
    this.#page = page;
    this.#heads = new HeadData(page.run, () => page.redraw());
  }

  /** Shows the charts of the view; those that were there before stay, until more is known of their signal. */
  arrange(signals) {
    const before = new Map(this.#charts.map((c) => [c.definition.key, c]));
    const wanted = shownCharts(this.#page.view()).map((name) => {
      const signal = signals.find((s) => chartName(s) === name);
      const there = before.get(name);
      return there && (there.definition.told || !signal) ? there : chartOf(name, signal);
    });
    this.#charts.filter((chart) => !wanted.includes(chart)).forEach((chart) => this.#drop(chart));
    this.#charts = wanted.map((w) => (w instanceof Chart ? w : this.#chart(w)));
    const elements = this.#charts.map((c) => c.element);
    const same = elements.length === this.element.childElementCount
      && elements.every((e, i) => e === this.element.children[i]);
    if (same) return;
    const focused = document.activeElement; // a moved chart loses it
    this.element.replaceChildren(...elements);
    focused?.focus({ preventScroll: true });
    this.#state = '';
  }

  /** What the charts show. */
  get definitions() {
    return this.#charts.map((c) => c.definition);
  }

  #chart(definition) {
    const chart = new Chart(definition, {
      onZoom: (range) => this.#page.setView({ ...this.#page.view(), ...(range ?? { from: null, to: null }) }),
      onHover: (x) => this.#hover(chart, x),
    });
    const choice = new HeatChoice(definition.title,
      (layer) => this.#page.setView(withHeat(this.#page.view(), definition.key, layer)));
    const tools = chartTools(chart, { ...this.#page, addMark: () => this.#page.addMark(this.#hovered) });
    this.#choices.set(definition.key, choice);
    chart.caption.append(choice.element, tools.element);
    return chart;
  }

  #drop(chart) {
    this.#choices.delete(chart.definition.key);
    chart.dispose();
    chart.element.remove();
  }

  #hover(hovered, x) {
    if (x !== null) this.#hovered = Math.round(this.#axis().stepAt(x));
    this.#charts.forEach((c) => c.point(c === hovered ? null : x));
  }

  #axis() {
    const { data } = this.#page;
    return data.axis(this.#page.view().x, this.#facts?.configuration.batch_tokens) ?? data.axis('step');
  }

  /**
   * Draws what is on screen, unless nothing has changed, and resolves once it is painted; `facts`:
   * `{ version, incidents, events, evaluations, next, preflight, configuration }`.
   */
  async update(facts) {
    const { version, next, preflight, configuration } = facts;
    const state = JSON.stringify([viewQuery(this.#page.view()), this.#page.data.version, this.#heads.version,
      version, next, preflight, configuration]);
    if (state === this.#state) return;
    this.#state = state;
    this.#facts = facts;
    const axis = this.#axis();
    let began = performance.now();
    for (const chart of [...this.#charts]) {
      if (!this.#charts.includes(chart)) continue; // dropped meanwhile
      const { key } = chart.definition;
      const heat = this.#page.view().heat.get(key);
      if (heat !== undefined || !this.#choices.get(key).element.hidden) {
        this.#choices.get(key).update(heat, this.#layers(chart.definition), facts.configuration.heads);
      }
      chart.update(() => this.#model(chart.definition, axis));
      if (performance.now() - began > FRAME_MILLIS) {
        await nextFrame();
        began = performance.now();
      }
    }
    await painted();
  }

  /** What the charts can be drawn over; whether there are times is known once somebody asked for them. */
  axes(signals) {
    const { data } = this.#page;
    const { x } = this.#page.view();
    const tokens = signals.some((signal) => chartName(signal) === 'train_step.tokens');
    const time = axisField(x) !== 'time' || data.version === 0 || data.axis(x) !== null;
    return axisChoices({ tokens, time, batchTokens: this.#facts?.configuration.batch_tokens });
  }

  #layers(definition) {
    return [...new Set(this.#page.data.lines(definition).map((l) => l.layer))].filter((layer) => layer !== null);
  }

  #model(definition, axis) {
    const { data } = this.#page;
    const view = this.#page.view();
    const { events, evaluations, next, preflight, incidents } = this.#facts;
    const { from, to } = view;
    const lines = data.lines(definition);
    const rolledBack = (segment, step) => data.rolledBack(segment, step);
    return {
      chart: { ...definition, log: isLog(view, definition.key, definition.log === true), tight: !definition.log },
      lines,
      axis,
      smoothing: { weight: view.smooth, unit: smoothingUnit(from ?? 0, to ?? data.lastStep) },
      marks: marksOf(definition, incidents, rolledBack),
      events: eventMarks(events, rolledBack),
      evaluations: definition.measurement === STEP ? evaluationMarks(evaluations, definition.field, rolledBack) : [],
      nonfinite: data.nonfinite(definition, lines),
      next: definition.limit ? next : null,
      expected: bandOf(preflight, definition.field, from ?? 0, to ?? data.lastStep),
      range: { from, to },
      lastStep: data.lastStep,
      ...(view.heat.has(definition.key) ? this.#heat(definition, view.heat.get(definition.key), { from, to }) : {}),
    };
  }

  #heat(definition, layer, range) {
    if (layer === null) return { heat: { head: false, rowName: layerRow }, next: null };
    const { data, signal } = this.#page;
    const curves = this.#heads.curves(definition, layer, this.#facts.configuration.heads ?? 0, range, signal);
    return {
      heat: { head: true, rowName: (head) => `head ${head}` },
      lines: data.split(curves),
      nonfinite: [],
      next: null,
    };
  }

  repaint() {
    this.#charts.forEach((c) => c.repaint());
  }

  dispose() {
    this.#charts.forEach((c) => c.dispose());
    this.#charts = [];
  }
}

function layerRow(layer) {
  return /^\d+$/.test(layer) ? layer : layerName(layer);
}

function marksOf({ all, kinds, field }, incidents, rolledBack) {
  return incidents
    .filter((i) => all || kinds?.includes(i.kind) || i.signal === field)
    .flatMap((i) => i.marks.map((m) => ({ ...m, dead: rolledBack(m.segment, m.step) })))
    .sort((a, b) => a.step - b.step);
}
