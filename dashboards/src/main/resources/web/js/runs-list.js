// SPDX-License-Identifier: Apache-2.0
// The list of runs: which of them needs someone, at a glance.

import { get } from './api.js';
import { attachHelp } from './attach-help.js';
import { h, setText } from './dom.js';
import { ago, count, finite, interval, millis, number, percent, words } from './format.js';
import { severityIcon, SEVERITIES } from './severity.js';
import { statePill, updatePill } from './state-pill.js';

const REFRESH_MILLIS = 2500;
const MOST_ROWS = 500;

// Kept while the page is open, so that coming back from a run finds the same list.
const chosen = { text: '', state: '' };

export class RunsList {
  #app;
  #end = new AbortController();
  #rows = new Map();
  #runs = null;
  #criticals = null;
  #search = h('input', { type: 'search', placeholder: 'Find a run', 'aria-label': 'Find a run by name', value: chosen.text });
  #states = h('div', { class: 'state-filter', role: 'group', 'aria-label': 'State' });
  #body = h('tbody', {});
  #note = h('p', { class: 'quiet', hidden: true });
  #help = h('div', {});
  #problem = h('p', { class: 'error', role: 'alert', hidden: true });
  #table = h('table', { class: 'runs', hidden: true },
    h('thead', {}, h('tr', {}, ...['State', 'Run', 'Step', 'Loss', 'Outlook', 'Alarms', 'Last seen']
      .map((name) => h('th', { scope: 'col' }, name)))), this.#body);
  element;

  constructor(app) {
    this.#app = app;
    this.element = h('div', { class: 'runs-page' },
      h('div', { class: 'list-head' }, h('h1', {}, 'Runs'), this.#states, this.#search),
      this.#problem, this.#table, this.#note, this.#help);
    this.#search.addEventListener('input', () => {
      chosen.text = this.#search.value;
      this.#show();
    });
    this.#refresh();
  }

  async #refresh() {
    const { signal } = this.#end;
    while (!signal.aborted) {
      if (!document.hidden || this.#runs === null) await this.#load(signal);
      await new Promise((resolve) => setTimeout(resolve, REFRESH_MILLIS));
    }
  }

  async #load(signal) {
    try {
      const body = await get('/api/v1/runs', {}, signal);
      this.#runs = body;
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
    const runs = this.#runs ?? [];
    this.#countCriticals(runs);
    this.#showStates(runs);
    const text = chosen.text.trim().toLowerCase();
    const found = runs.filter((r) => (!chosen.state || r.state === chosen.state)
      && String(r.run).toLowerCase().includes(text));
    const rows = found.slice(0, MOST_ROWS).map((r) => this.#row(r));
    // Only a changed order touches the table: focus and selection survive a refresh.
    const same = rows.length === this.#body.children.length
      && rows.every((row, i) => row === this.#body.children[i]);
    if (!same) this.#body.replaceChildren(...rows);
    this.#table.hidden = found.length === 0;
    this.#note.hidden = runs.length === 0 || (found.length > 0 && found.length <= MOST_ROWS);
    setText(this.#note, found.length === 0 ? 'No run matches.'
      : `The newest ${MOST_ROWS} of ${count(found.length)} runs; the filter narrows them.`);
    if ((runs.length === 0) !== this.#help.hasChildNodes()) {
      this.#help.replaceChildren(...(runs.length === 0 ? [attachHelp()] : []));
    }
  }

  #countCriticals(runs) {
    const criticals = runs.reduce((sum, r) => sum + (r.alarms?.critical ?? 0), 0);
    if (this.#criticals !== null && criticals > this.#criticals) {
      const worst = runs.filter((r) => r.alarms?.critical > 0).map((r) => r.run).slice(0, 3).join(', ');
      this.#app.announce(`New critical alarm. Critical now: ${worst}`);
    }
    this.#criticals = criticals;
    this.#app.title('Runs', criticals);
  }

  #showStates(runs) {
    const counts = new Map([['', runs.length]]);
    for (const { state } of runs) counts.set(state, (counts.get(state) ?? 0) + 1);
    if (chosen.state && !counts.has(chosen.state)) counts.set(chosen.state, 0);
    const key = JSON.stringify([...counts, chosen.state]);
    this.#states.hidden = runs.length === 0;
    this.#search.hidden = runs.length === 0;
    if (this.#states.dataset.key === key) return;
    const focused = this.#states.contains(document.activeElement) ? document.activeElement.value : null;
    this.#states.dataset.key = key;
    this.#states.replaceChildren(...[...counts].map(([state, n]) =>
      h('button', {
        type: 'button', value: state, 'aria-pressed': String(state === chosen.state),
        on: { click: () => {
          chosen.state = state;
          this.#show();
        } },
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
    loss: cell('Loss', 'number'), outlook: cell('Outlook'), alarms: cell('Alarms', 'alarm-counts'), seen: cell('Last seen'),
  };
  row.element = h('tr', {},
    h('td', { 'data-label': 'State' }, row.pill),
    h('th', { scope: 'row' }, h('a', { href: `#/runs/${encodeURIComponent(name)}` }, name)),
    h('td', { 'data-label': 'Step', class: 'progress-cell' }, row.step, row.bar),
    row.loss, row.outlook, row.alarms, row.seen);
  return row;
}

function updateRow(row, run) {
  const total = run.total_steps ?? run.configuration?.total_steps;
  updatePill(row.pill, run.state);
  setText(row.step, finite(total) ? `${count(run.last_step)} of ${count(total)}` : count(run.last_step));
  row.bar.hidden = !(total > 0);
  if (total > 0) row.bar.value = Math.min(1, (run.last_step ?? 0) / total);
  setText(row.loss, number(run.loss));
  setText(row.outlook, outlookText(run.forecast));
  setText(row.seen, ago(millis(run.last_time)));
  const key = SEVERITIES.map((s) => run.alarms?.[s] ?? 0).join();
  if (row.alarms.dataset.key === key) return;
  row.alarms.dataset.key = key;
  row.alarms.replaceChildren(...SEVERITIES.filter((s) => run.alarms?.[s] > 0)
    .map((s) => h('span', { class: s }, severityIcon(s, { labelled: true }), String(run.alarms[s]))));
}

function outlookText(forecast) {
  if (!finite(forecast?.probability)) return '–';
  const chance = percent(forecast.probability);
  return finite(forecast.eta_steps) ? `${chance}, in ${interval(forecast.low, forecast.high)} steps` : chance;
}
