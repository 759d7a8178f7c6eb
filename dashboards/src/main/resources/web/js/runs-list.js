// SPDX-License-Identifier: Apache-2.0
// The list of runs: which of them needs someone, at a glance.

import { get, getPages } from './api.js';
import { attachHelp } from './attach-help.js';
import { h, setText } from './dom.js';
import { ago, count, finite, interval, millis, number, percent, words } from './format.js';
import { severityIcon, SEVERITIES } from './severity.js';
import { statePill, updatePill } from './state-pill.js';

const REFRESH_MILLIS = 2500;
const PAGE_ROWS = 100;
const MOST_A_PAGE = 1000; // that the API gives at once

// Kept while the page is open, so that coming back from a run finds the same list.
const chosen = { text: '', state: '', rows: PAGE_ROWS };

export class RunsList {
  #app;
  #end = new AbortController();
  #rows = new Map();
  #runs = [];
  #more = false;
  #counts = null;
  #wake = () => {};
  #criticals = null;
  #search = h('input', { type: 'search', placeholder: 'Find a run', 'aria-label': 'Find a run by name', value: chosen.text });
  #states = h('div', { class: 'state-filter', role: 'group', 'aria-label': 'State' });
  #body = h('tbody', {});
  #note = h('p', { class: 'quiet', role: 'status', hidden: true });
  #further = h('button', { type: 'button', class: 'further', hidden: true }, 'Show more');
  #help = h('div', {});
  #problem = h('p', { class: 'error', role: 'alert', hidden: true });
  #table = h('table', { class: 'runs', hidden: true },
    h('thead', {}, h('tr', {}, ...['State', 'Run', 'Step', 'Loss', 'Forecast', 'Alarms', 'Last seen']
      .map((name) => h('th', { scope: 'col' }, name)))), this.#body);
  element;

  constructor(app) {
    this.#app = app;
    this.element = h('div', { class: 'runs-page' },
      h('div', { class: 'list-head' }, h('h1', {}, 'Runs'), this.#states, this.#search),
      this.#problem, this.#table, this.#note, this.#further, this.#help);
    this.#search.addEventListener('input', () => this.#choose({ text: this.#search.value }));
    this.#further.addEventListener('click', () => this.#choose({ rows: chosen.rows + PAGE_ROWS }));
    this.#refresh();
  }

  /** What is to be shown changes: the server is asked at once. */
  #choose(change) {
    Object.assign(chosen, { rows: PAGE_ROWS }, change);
    this.#wake();
  }

  async #refresh() {
    const { signal } = this.#end;
    while (!signal.aborted) {
      const due = new Promise((resolve) => {
        this.#wake = resolve;
        setTimeout(resolve, REFRESH_MILLIS);
      });
      if (!document.hidden || this.#counts === null) await this.#load(signal);
      await due; // over already when something was chosen meanwhile
    }
  }

  async #load(signal) {
    const { text, state, rows } = chosen;
    const query = { limit: Math.min(rows, MOST_A_PAGE), state: state || null, q: text.trim() || null };
    try {
      const [counts, runs] = await Promise.all([
        get('/api/v1/counts', {}, signal),
        getPages('/api/v1/runs', query, rows, signal),
      ]);
      this.#counts = counts;
      this.#runs = runs.items;
      this.#more = runs.more;
      this.#problem.hidden = true;
      this.#app.live('live');
      this.#show();
    } catch (e) {
      if (signal.aborted) return;
      this.#app.live('retrying');
      setText(this.#problem, `The list could not be read: ${e.message}. Trying again.`);
      this.#problem.hidden = e.status === 0; // the page's banner says that already
    }
  }

  #show() {
    const none = this.#counts.runs === 0;
    this.#countCriticals();
    this.#showStates();
    const rows = this.#runs.map((r) => this.#row(r));
    this.#forget();
    // Only a changed order touches the table: focus and selection survive a refresh.
    const same = rows.length === this.#body.children.length
      && rows.every((row, i) => row === this.#body.children[i]);
    if (!same) this.#body.replaceChildren(...rows);
    this.#table.hidden = rows.length === 0;
    this.#further.hidden = !this.#more;
    this.#note.hidden = none || (rows.length > 0 && !this.#more);
    setText(this.#note, rows.length === 0 ? 'No run matches.'
      : `The newest ${count(rows.length)}; there are ${count(this.#counts.runs)} runs in all.`);
    if (none !== this.#help.hasChildNodes()) {
      this.#help.replaceChildren(...(none ? [attachHelp()] : []));
    }
  }

  // Rows of runs that are no longer shown would add up.
  #forget() {
    if (this.#rows.size <= 2 * this.#runs.length + PAGE_ROWS) return;
    const shown = new Set(this.#runs.map((r) => String(r.run)));
    for (const name of this.#rows.keys()) if (!shown.has(name)) this.#rows.delete(name);
  }

  #countCriticals() {
    const criticals = this.#counts.alarms.critical;
    if (this.#criticals !== null && criticals > this.#criticals) {
      const worst = this.#runs.filter((r) => r.alarms?.critical > 0).map((r) => r.run).slice(0, 3).join(', ');
      this.#app.announce(`New critical alarm. Critical now: ${worst}`);
    }
    this.#criticals = criticals;
    this.#app.title('Runs', criticals);
  }

  #showStates() {
    const { runs, states } = this.#counts;
    const counts = new Map([['', runs],
      ...Object.entries(states).filter(([state, n]) => n > 0 || state === chosen.state)]);
    const key = JSON.stringify([...counts, chosen.state]);
    this.#states.hidden = runs === 0;
    this.#search.hidden = runs === 0;
    if (this.#states.dataset.key === key) return;
    const focused = this.#states.contains(document.activeElement) ? document.activeElement.value : null;
    this.#states.dataset.key = key;
    this.#states.replaceChildren(...[...counts].map(([state, n]) =>
      h('button', {
        type: 'button', value: state, 'aria-pressed': String(state === chosen.state),
        on: { click: () => this.#choose({ state }) },
      }, `${state === '' ? 'All' : words(state)} ${n}`)));
    if (focused !== null) [...this.#states.children].find((b) => b.value === focused)?.focus();
  }

  #row(run) {
    const name = String(run.run);
    if (!this.#rows.has(name)) this.#rows.set(name, newRow(name));
    const row = this.#rows.get(name);
    updateRow(row, run);
    return row.element;
  }

  dispose() {
    this.#end.abort();
  }
}

function newRow(name) {
  const cell = (label, cls = '') => h('td', { 'data-label': label, class: cls });
  const row = {
    pill: statePill(), step: h('span', {}), bar: h('progress', { max: 1, 'aria-label': 'training progress' }),
    loss: cell('Loss', 'number'), forecast: cell('Forecast'), alarms: cell('Alarms', 'alarm-counts'), seen: cell('Last seen'),
  };
  row.element = h('tr', {},
    h('td', { 'data-label': 'State' }, row.pill),
    h('th', { scope: 'row' }, h('a', { href: `#/runs/${encodeURIComponent(name)}` }, name)),
    h('td', { 'data-label': 'Step', class: 'progress-cell' }, row.step, row.bar),
    row.loss, row.forecast, row.alarms, row.seen);
  return row;
}

function updateRow(row, run) {
  const total = run.total_steps ?? run.configuration?.total_steps;
  updatePill(row.pill, run.state);
  setText(row.step, finite(total) ? `${count(run.last_step)} of ${count(total)}` : count(run.last_step));
  row.bar.hidden = !(total > 0);
  if (total > 0) row.bar.value = Math.min(1, (run.last_step ?? 0) / total);
  setText(row.loss, number(run.loss));
  setText(row.forecast, forecastText(run.forecast));
  setText(row.seen, ago(millis(run.last_time)));
  const key = SEVERITIES.map((s) => run.alarms?.[s] ?? 0).join();
  if (row.alarms.dataset.key === key) return;
  row.alarms.dataset.key = key;
  row.alarms.replaceChildren(...SEVERITIES.filter((s) => run.alarms?.[s] > 0)
    .map((s) => h('span', { class: s }, severityIcon(s, { labelled: true }), String(run.alarms[s]))));
}

function forecastText(forecast) {
  if (!finite(forecast?.probability)) return '–';
  const chance = percent(forecast.probability);
  return finite(forecast.eta_steps) ? `${chance}, in ${interval(forecast.low, forecast.high)} steps` : chance;
}
