// SPDX-License-Identifier: Apache-2.0
// The map of sweeps: every run by learning rate and size, and where runs are predicted to be unstable.

import { ApiError } from '../api.js';
import { comparisonHref, MOST_RUNS } from '../compare/compare-link.js';
import { valueText } from '../compare/config-difference.js';
import { csvText, fileName, saveFile } from '../chart-export.js';
import { h, setText } from '../dom.js';
import { count, number } from '../format.js';
import { Menu } from '../menu.js';
import { Plot } from '../plot.js';
import { runLink } from '../routes.js';
import { onThemeChange, palette } from '../theme.js';
import { throttle } from '../throttle.js';
import { dragArea } from './drag-area.js';
import { borderOf, borderText } from './stability-border.js';
import { readSweep, sweepQuery } from './sweep-link.js';
import { sweepLegend } from './sweep-legend.js';
import { sweepOption } from './sweep-option.js';
import { csvRows, kindsOf, OUTCOMES, pointsOf } from './sweep-points.js';
import { readBorder, readRuns } from './sweep-runs.js';
import { SweepTable } from './sweep-table.js';

const REFRESH_MILLIS = 15_000;
const SEARCH_MILLIS = 300;
const NO_BORDER = { sizes: [], preflights: [], problem: '' };

export class SweepPage {
  #app;
  #state;
  #end = new AbortController();
  #loading = new AbortController();
  #timer = null;
  #runs = null; // null until the first answer
  #map = { field: 'parameters', points: [] };
  #border = NO_BORDER;
  #borderOf = ''; // the points for which the border was read
  #search = h('input', { type: 'search', placeholder: 'Find runs', 'aria-label': 'Find runs by name, or by a filter such as tag:sweep' });
  #kinds = h('select', { 'aria-label': 'Kind of runs' });
  #problem = h('p', { class: 'error', role: 'alert', hidden: true });
  #legend = h('div', { class: 'legend' });
  #words = h('div', { class: 'sweep-words' });
  #compare = h('a', { class: 'button primary' });
  #clear = h('button', { type: 'button' }, 'Clear the selection');
  #selection = h('p', { class: 'sweep-selection', role: 'status' });
  #plot = new Plot('sweep', 'Learning rate × size', (instance) => this.#listen(instance));
  #table = new SweepTable((run, whether) => this.#select([run], whether));
  #look = throttle(() => this.#filter(), SEARCH_MILLIS);
  element;

  /** `query` is the part of the link after the question mark. */
  constructor(app, query) {
    this.#app = app;
    this.#state = readSweep(query);
    this.#search.value = this.#state.filter;
    this.#search.addEventListener('input', this.#look);
    this.#kinds.addEventListener('change', () => this.#change({ kind: this.#kinds.value, selected: new Set() }));
    this.#clear.addEventListener('click', () => this.#change({ selected: new Set() }));
    this.element = h('div', { class: 'sweep-page' },
      h('div', { class: 'list-head' }, h('h1', {}, 'Learning rate × size'), h('label', { class: 'sweep-kind' }, h('span', {}, 'Kind'), this.#kinds), this.#search),
      this.#problem,
      h('figure', { class: 'chart' }, h('figcaption', {}, this.#legend), this.#plot.element,
        new Menu('Menu of the map', () => this.#menu()).element),
      this.#words,
      h('div', { class: 'sweep-actions' }, this.#selection, this.#compare, this.#clear), this.#table.element);
    onThemeChange(() => this.#show(), this.#end.signal);
    this.#show();
    this.#refresh();
  }

  #listen(instance) {
    instance.on('click', 'series.scatter', ({ name }) => {
      if (name) location.hash = runLink(name);
    });
    dragArea(instance, ({ x, y }) => this.#select(this.#map.points
      .filter((p) => p.learningRate >= x[0] && p.learningRate <= x[1] && p.size >= y[0] && p.size <= y[1])
      .map(({ run }) => run), true));
  }

  #select(runs, whether) {
    const selected = new Set(this.#state.selected);
    runs.forEach((run) => (whether ? selected.add(run) : selected.delete(run)));
    this.#change({ selected });
  }

  #filter() {
    if (this.#search.value.trim() === this.#state.filter) return;
    this.#change({ filter: this.#search.value.trim() });
    this.#read();
  }

  #change(change) {
    Object.assign(this.#state, change);
    history.replaceState(null, '', `#/sweeps?${sweepQuery(this.#state)}`);
    if ('kind' in change) this.#place();
    else this.#show();
  }

  async #refresh() {
    const { signal } = this.#end;
    while (!signal.aborted) {
      if (!document.hidden || this.#runs === null) await this.#read();
      await new Promise((resolve) => { this.#timer = setTimeout(resolve, REFRESH_MILLIS); });
    }
  }

  async #read() {
    this.#loading.abort();
    this.#loading = new AbortController();
    const signal = AbortSignal.any([this.#loading.signal, this.#end.signal]);
    try {
      this.#runs = await readRuns(this.#state.filter, signal);
      this.#app.live('live');
      this.#problem.hidden = true;
      await this.#place();
    } catch (e) {
      if (signal.aborted) return;
      this.#app.live(e.status === 400 ? 'live' : 'retrying');
      setText(this.#problem, e.status === 400 ? e.message : `The runs could not be read: ${e.message}. Trying again.`);
      this.#problem.hidden = e.status === 0; // the page's banner says that already
    }
  }

  get #kind() {
    return this.#state.kind || (kindsOf(this.#runs.runs)[0]?.kind ?? '');
  }

  /** Points of the kind, and their border where the runs that judge have changed. */
  async #place() {
    if (this.#runs === null) return;
    this.#map = pointsOf(this.#runs.runs, this.#kind);
    const { points, field } = this.#map;
    const key = JSON.stringify([this.#kind, points.map(({ run, size, learningRate, outcome }) => [run, size, learningRate, outcome])]);
    this.#show();
    if (key === this.#borderOf) return;
    this.#borderOf = key;
    const border = await this.#askBorder(points, field);
    if (this.#borderOf !== key) return; // another kind was chosen meanwhile
    if (border.problem !== '') this.#borderOf = ''; // asked again at the next refresh
    this.#border = border;
    this.#show();
  }

  async #askBorder(points, field) {
    if (points.length === 0) return NO_BORDER;
    try {
      return { ...(await readBorder(points, field)), problem: '' };
    } catch (e) {
      if (!(e instanceof ApiError)) throw e;
      return { ...NO_BORDER, problem: `The border could not be predicted: ${e.message}.` };
    }
  }

  #show() {
    if (this.#end.signal.aborted) return;
    const { selected } = this.#state;
    const { points, field } = this.#map;
    const { sizes, preflights, problem } = this.#border;
    const model = { points, field, selected, border: borderOf(sizes, preflights), read: this.#runs !== null };
    this.#showKinds();
    this.#legend.replaceChildren(...sweepLegend(points, model.border, palette()));
    this.#plot.show(() => ({
      option: this.#option(model),
      label: `${count(points.length)} runs by learning rate and ${field}, listed in the table below`,
    }));
    this.#words.replaceChildren(...[...borderText(sizes, preflights), ...(problem ? [problem] : []),
      ...(this.#runs?.more ? [`Only the newest ${count(this.#runs.runs.length)} runs are shown: narrow the filter to see others.`] : [])]
      .map((text) => h('p', {}, text)));
    this.#table.update(points, selected, field);
    this.#showSelection();
  }

  #showKinds() {
    const kinds = this.#runs === null ? [] : kindsOf(this.#runs.runs);
    const names = kinds.map(({ kind, runs }) => [kind, `${kind} (${runs})`]);
    if (this.#state.kind && !kinds.some(({ kind }) => kind === this.#state.kind)) names.push([this.#state.kind, `${this.#state.kind} (0)`]);
    const key = JSON.stringify(names);
    if (this.#kinds.dataset.key !== key) {
      this.#kinds.dataset.key = key;
      this.#kinds.replaceChildren(...names.map(([kind, text]) => h('option', { value: kind }, text)));
    }
    if (this.#runs !== null) this.#kinds.value = this.#kind;
  }

  #showSelection() {
    const chosen = [...this.#state.selected];
    const fit = chosen.length >= 2 && chosen.length <= MOST_RUNS;
    setText(this.#selection, chosen.length === 0 ? 'Drag across the map or use the table to select runs. Click a run to open it.'
      : `${count(chosen.length)} ${chosen.length === 1 ? 'run is' : 'runs are'} selected.${fit ? '' : ` From 2 to ${MOST_RUNS} can be compared.`}`);
    this.#compare.hidden = !fit;
    this.#compare.setAttribute('href', comparisonHref(chosen));
    setText(this.#compare, `Compare ${chosen.length} runs`);
    this.#clear.hidden = chosen.length === 0;
  }

  #option(model) {
    const option = sweepOption(model, palette());
    option.tooltip.formatter = ({ name }) => this.#tooltip(name);
    return option;
  }

  #menu() {
    const why = this.#map.points.length === 0 ? 'The map is empty.' : null;
    return ['png', 'svg', 'csv'].map((type) => ({ label: `Save as ${type.toUpperCase()}`, why, act: () => this.#save(type) }));
  }

  async #save(type) {
    const content = type === 'csv' ? csvText(csvRows(this.#map, this.#border)) : await this.#plot.image(type, `Learning rate × size · ${this.#kind}`);
    saveFile(content, fileName(['sweep', this.#kind], type));
  }

  #tooltip(name) {
    const point = this.#map.points.find(({ run }) => run === name);
    if (!point) return '';
    const row = (label, value) => h('div', { class: 'tip-row' }, h('i', {}), h('span', {}, label), h('b', {}, value));
    return h('div', { class: 'tip' }, h('div', { class: 'tip-step' }, point.run),
      row('end', OUTCOMES[point.outcome].words), row('loss', number(point.loss)), row('learning rate', valueText(point.learningRate)),
      row(this.#map.field.replaceAll('_', ' '), count(point.size)), ...(point.tags.length > 0 ? [row('tags', point.tags.join(', '))] : []));
  }

  dispose() {
    this.#end.abort();
    clearTimeout(this.#timer);
    this.#plot.dispose();
  }
}
