// SPDX-License-Identifier: Apache-2.0
// The page that compares runs: keeps the link, reads the runs, hands what it knows to its parts.

import { get, runPath } from '../api.js';
import { showLink } from '../copy-link.js';
import { h, setText } from '../dom.js';
import { embedded } from '../embed.js';
import { chartName, chartOf } from '../signals.js';
import { onThemeChange, palette } from '../theme.js';
import { isLog, withLog } from '../view-state.js';
import { CompareBar } from './compare-bar.js';
import { CompareChart } from './compare-chart.js';
import { chartText, comparisonQuery, readComparison, withoutRun, withRun } from './compare-link.js';
import { Comparison } from './comparison.js';
import { ConfigTable } from './config-table.js';
import { configurationFields } from './config-difference.js';
import { lookOf } from './run-look.js';
import { RunShelf } from './run-shelf.js';
import { SignalChoice, unitedSignals } from './signal-choice.js';

const REFRESH_MILLIS = 4000;
const SIGNALS_OF = 6; // names of signals are read for so many runs at once, as a browser has connections

export class ComparePage {
  #app;
  #state;
  #end = new AbortController();
  #comparison = new Comparison();
  #charts = [];
  #signals = [];
  #loading = new AbortController();
  #timer = null;
  #isRead = false;
  #failures = 0;
  #problem = h('p', { class: 'error', role: 'alert', hidden: true });
  #help = h('p', { class: 'compare-help' }, 'Choose two or more runs to lay their curves over one another. '
    + 'Each keeps its colour and number while others come and go.');
  #shelf;
  #bar;
  #grid = h('div', { class: 'chart-grid compare-grid' });
  #choice = new SignalChoice(() => this.#loadSignals(), (name) => this.#toggle(name));
  #table = new ConfigTable();
  #body;
  element;

  /** `query` is the part of the link after the question mark. */
  constructor(app, query) {
    this.#app = app;
    this.#state = readComparison(query);
    this.#shelf = new RunShelf({
      add: (run) => this.#setRuns(withRun(this.#state.places, run)),
      remove: (run) => this.#setRuns(withoutRun(this.#state.places, run)),
      emphasize: (key) => this.#emphasize(key),
    }, this.#end.signal);
    this.#bar = new CompareBar((change) => this.#change(change));
    this.#body = h('div', { class: 'compare-body' }, h('h2', { class: 'unseen' }, 'Charts'), this.#bar.element, this.#grid, this.#choice.element, this.#table.element);
    this.element = h('div', { class: embedded() ? 'compare-page embedded' : 'compare-page' }, h('h1', {}, 'Compare runs'), this.#help, this.#problem,
      this.#shelf.element, this.#body);
    onThemeChange(() => this.#show(), this.#end.signal);
    this.#place();
    this.#read();
    this.#refresh();
  }

  #setRuns(places) {
    this.#change({ places, dropped: 0 });
  }

  /** Something that the link restores changed. Smoothing, scale and groups need nothing from the monitor. */
  #change(change) {
    Object.assign(this.#state, change);
    history.replaceState(null, '', `#/compare?${comparisonQuery(this.#state)}`);
    const drawn = ['smooth', 'log', 'linear', 'group'];
    if (Object.keys(change).every((key) => drawn.includes(key))) {
      this.#show();
    } else {
      this.#place();
      this.#read();
    }
  }

  /** Runs and charts as the state has them; charts that were there stay. */
  #place() {
    this.#comparison.place(this.#state.places);
    const before = new Map(this.#charts.map((chart) => [chartText(chart.chart), chart]));
    this.#charts = this.#state.charts.map((chosen) => before.get(chartText(chosen)) ?? this.#newChart(chosen));
    const kept = new Set(this.#charts);
    [...before.values()].filter((chart) => !kept.has(chart)).forEach((chart) => {
      chart.dispose();
      chart.element.remove();
    });
    this.#grid.append(...this.#charts.map((chart) => chart.element));
    this.#show();
  }

  #newChart({ name, layer }) {
    const definition = chartOf(name, this.#signals.find((signal) => chartName(signal) === name));
    const chart = new CompareChart({ ...definition, name, layer }, {
      zoom: (range) => this.#zoom(range),
      hover: (x) => this.#charts.forEach((other) => other.point(other === chart ? null : x)),
      emphasize: (key) => this.#emphasize(key),
      scale: (log) => {
        const scales = withLog(this.#state, name, definition.log === true, log);
        this.#change({ log: scales.log, linear: scales.linear });
      },
      chooseLayer: (chosen) => this.#change({ charts: this.#state.charts.map((c) =>
        (chartText(c) === chartText(chart.chart) ? { name, layer: chosen } : c)) }),
      link: () => showLink('These runs with this chart alone', `${location.href.split('#')[0]}#/compare?${
        comparisonQuery({ ...this.#state, charts: [{ name, layer }] })}`),
      remove: () => this.#change({ charts: this.#state.charts.filter((c) => chartText(c) !== chartText(chart.chart)) }),
    });
    return chart;
  }

  #isLog({ name, log }) {
    return isLog(this.#state, name, log === true);
  }

  #zoom(range) {
    const { toLink } = this.#comparison.axis;
    this.#change({ range: range ? { from: toLink(range.from), to: toLink(range.to) } : { from: null, to: null } });
  }

  #toggle(name) {
    const there = this.#state.charts.filter((chart) => chart.name !== name);
    const charts = there.length < this.#state.charts.length ? there : [...there, { name, layer: null }];
    this.#change({ charts });
    this.#choose();
  }

  #choose() {
    const known = this.#comparison.entries.filter(({ run }) => run.summary !== null);
    this.#choice.update(this.#signals, known.length, this.#state.charts.map(({ name }) => name));
  }

  async #loadSignals() {
    const known = this.#comparison.entries.filter(({ run }) => run.summary !== null);
    const lists = [];
    try {
      for (let i = 0; i < known.length; i += SIGNALS_OF) {
        lists.push(...(await Promise.all(known.slice(i, i + SIGNALS_OF).map(({ name }) =>
          get(`${runPath(name)}/signals`, {}, this.#end.signal)))));
      }
    } catch (e) {
      if (!this.#end.signal.aborted) this.#fail(e);
    }
    this.#signals = unitedSignals(lists.map(({ signals }) => signals));
    this.#choose();
  }

  /** Reads all; what was being read for an earlier choice is given up. */
  async #read() {
    this.#loading.abort();
    this.#loading = new AbortController();
    await this.#load(true, AbortSignal.any([this.#loading.signal, this.#end.signal]));
    if (this.#choice.element.open) this.#loadSignals();
  }

  async #load(all, signal) {
    try {
      const read = await this.#comparison.load(this.#charts.map((c) => c.chart), this.#state, { all }, signal);
      if (signal.aborted) return;
      this.#app.live('live');
      this.#problem.hidden = true;
      this.#isRead = true;
      this.#failures = 0;
      if (read || all) this.#show();
    } catch (e) {
      if (!signal.aborted) this.#fail(e);
    }
  }

  async #refresh() {
    const { signal } = this.#end;
    while (!signal.aborted) {
      await new Promise((resolve) => { this.#timer = setTimeout(resolve, REFRESH_MILLIS * 2 ** Math.min(this.#failures, 4)); });
      if (!document.hidden && !signal.aborted) await this.#load(this.#failures > 0, AbortSignal.any([this.#loading.signal, signal]));
    }
  }

  #fail(error) {
    this.#failures++;
    setText(this.#problem, `The runs could not be read: ${error.message}. Trying again.`);
    this.#problem.hidden = error.status === 0; // the page's banner says that already
    this.#app.live('retrying');
  }

  #emphasize(key) {
    this.#charts.forEach((chart) => chart.emphasize(key));
  }

  #show() {
    if (this.#end.signal.aborted) return;
    const colors = palette().runs;
    const { smooth, group, range, dropped } = this.#state;
    const { axis, entries } = this.#comparison;
    const groups = group === '' ? [] : this.#comparison.groups(group, colors);
    const looks = entries.map((entry) => withLook(entry, groups, colors));
    const known = looks.filter(({ run }) => run.summary !== null);
    const fields = configurationFields(known.map(({ run }) => run.configuration)).filter((f) => f.differs);
    this.#help.hidden = entries.length >= 2;
    this.#body.hidden = entries.length === 0;
    this.#shelf.update(looks, groups, dropped);
    this.#bar.update(this.#state, fields.map(({ field }) => field), this.#notes());
    this.#table.update(known);
    const shown = { from: axis.fromLink(range.from), to: axis.fromLink(range.to) };
    for (const chart of this.#charts) {
      const log = this.#isLog(chart.chart);
      chart.update({
        curves: this.#comparison.curves(chart.chart, { log, smooth, group, colors }),
        log, axis, range: shown, read: this.#isRead, layers: this.#comparison.layers(chart.chart.measurement),
      });
    }
  }

  #notes() {
    const { group, x } = this.#state;
    const { lacking } = this.#comparison.axis;
    return [
      ...(group === '' ? [] : ['Each line is the mean over the runs of a group that have a value at that place, '
        + 'interpolated between their logged steps. Its band holds every value of every run.']),
      ...(lacking === 0 ? [] : [`${lacking} ${lacking === 1 ? 'run is' : 'runs are'} not drawn, because the monitor `
        + `knows no ${x === 'tokens' ? 'tokens' : 'times'} of ${lacking === 1 ? 'it' : 'them'}.`]),
    ];
  }

  dispose() {
    this.#end.abort();
    clearTimeout(this.#timer);
    this.#charts.forEach((chart) => chart.dispose());
  }
}

// A run of a group has the group's line and its own number.
function withLook(entry, groups, colors) {
  const group = groups.find(({ members }) => members.includes(entry.key));
  const own = lookOf(entry.place, colors);
  return { ...entry, line: group?.key ?? entry.key, look: { ...own, ...(group && { color: group.look.color, dash: group.look.dash }) } };
}
