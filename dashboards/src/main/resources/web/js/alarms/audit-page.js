// SPDX-License-Identifier: Apache-2.0
// The audit log: who ordered, decided, acknowledged, described and deleted what.

import { get } from '../api.js';
import { Choice } from '../choice.js';
import { stamp } from '../dates.js';
import { h, setText } from '../dom.js';
import { count, millis } from '../format.js';
import { refresh } from '../refresh.js';
import { runLink } from '../routes.js';
import { Trouble } from '../trouble.js';
import { alarmTabs } from './alarm-tabs.js';
import { auditQuery, detailText, linkQuery, MOST_ROWS, PAGE_ROWS, viewOf, whatText } from './audit-view.js';

const REFRESH_MILLIS = 5000;
const SINCE = new Map([['', 'All time'], ['week', 'Week'], ['day', 'Day'], ['hour', 'Hour']]);
const HEADINGS = ['Time', 'Who', 'What', 'Run', 'Detail'];

export class AuditPage {
  #app;
  #end = new AbortController();
  #view;
  #wake;
  #read = false;
  #since = new Choice('How far back', SINCE, (since) => this.#choose({ since }));
  #run = h('input', {
    type: 'search', placeholder: 'Whole name of a run', 'aria-label': 'Only the run with this name',
    on: { input: () => this.#choose({ run: this.#run.value }) },
  });
  #trouble = new Trouble({ doing: 'read the audit log', permission: 'read' }, () => this.#wake());
  #body = h('tbody', {});
  #table = h('table', { class: 'audit', hidden: true },
    h('thead', {}, h('tr', {}, ...HEADINGS.map((name) => h('th', { scope: 'col' }, name)))), this.#body);
  #note = h('p', { class: 'quiet', role: 'status' }, 'Reading the audit log…');
  #further = h('button', {
    type: 'button', class: 'further', hidden: true,
    on: { click: () => this.#choose({ rows: Math.min(MOST_ROWS, this.#view.rows + PAGE_ROWS) }) },
  }, 'Show more');
  element;

  /** `query` is the part of the link that says what the page shows. */
  constructor(app, query = '') {
    this.#app = app;
    this.#view = viewOf(query);
    this.#run.value = this.#view.run;
    this.#since.value = this.#view.since;
    this.element = h('div', { class: 'alarms-page' },
      h('div', { class: 'alarms-head' }, h('h1', {}, 'Alarms'), alarmTabs('#/alarms/audit')),
      h('div', { class: 'alarm-filters' }, this.#since.element, this.#run),
      this.#trouble.element, this.#table, this.#note, this.#further);
    this.#wake = refresh(() => this.#load(), REFRESH_MILLIS, this.#end.signal);
  }

  #choose(change) {
    this.#view = { ...this.#view, rows: PAGE_ROWS, ...change };
    const query = linkQuery(this.#view);
    history.replaceState(null, '', `#/alarms/audit${query ? `?${query}` : ''}`);
    this.#since.value = this.#view.since;
    this.#wake();
  }

  async #load() {
    const { signal } = this.#end;
    const view = this.#view;
    try {
      const entries = await get('/api/v1/audit', auditQuery(view), signal);
      if (signal.aborted) return undefined;
      this.#read = true;
      this.#trouble.clear();
      this.#app.live('live');
      this.#show(entries, view);
      return undefined;
    } catch (e) {
      if (signal.aborted) return undefined;
      this.#app.live('retrying');
      if (!this.#read) setText(this.#note, '');
      return this.#trouble.show(e);
    }
  }

  #show(entries, { run, since, rows }) {
    const key = JSON.stringify([entries, stamp(Date.now()).split(' ')[0]]);
    this.#table.hidden = entries.length === 0;
    this.#further.hidden = entries.length < rows || rows >= MOST_ROWS;
    this.#note.hidden = entries.length > 0 && entries.length < rows;
    setText(this.#note, entries.length > 0 ? `The newest ${count(entries.length)} entries.`
      : run.trim() || since ? 'No entry matches.' : 'Nobody has ordered, decided or changed anything yet.');
    if (this.#body.dataset.key === key) return;
    this.#body.dataset.key = key;
    this.#body.replaceChildren(...entries.map(row));
  }

  dispose() {
    this.#end.abort();
  }
}

function row({ time, by, what, run, detail }) {
  const cell = (label, ...content) => h('td', { 'data-label': label }, ...content);
  const name = run === null || run === undefined ? '–' : run;
  return h('tr', {},
    cell('Time', h('time', { datetime: String(time) }, stamp(millis(time)))),
    cell('Who', by ? by : h('span', { class: 'quiet' }, 'no name given')),
    cell('What', whatText(what)),
    cell('Run', name === '–' || what === 'deleted' ? name : h('a', { href: runLink(name) }, name)),
    cell('Detail', detailText(detail)));
}
