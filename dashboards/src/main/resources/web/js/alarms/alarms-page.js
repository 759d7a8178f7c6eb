// SPDX-License-Identifier: Apache-2.0
// Incidents of all runs: which are open, and what happened before.

import { acknowledge } from '../acknowledge.js';
import { getPages } from '../api.js';
import { Choice } from '../choice.js';
import { h, setText } from '../dom.js';
import { count } from '../format.js';
import { refresh } from '../refresh.js';
import { Trouble } from '../trouble.js';
import { AlarmList } from './alarm-list.js';
import { AlarmStrip } from './alarm-strip.js';
import { alarmTabs } from './alarm-tabs.js';
import { byUrgency, closedQuery, DEFAULT_VIEW, keyOf, linkQuery, matching, openQuery, PAGE_ROWS, viewOf } from './alarm-view.js';

const REFRESH_MILLIS = 5000;
const PATH = '/api/v1/alarms';
const NOTHING = { items: [], more: false };

const STATES = new Map([['', 'Open and closed'], ['open', 'Open'], ['closed', 'Closed']]);
const SEVERITIES = new Map([['', 'Any severity'], ['warning', 'Warning or worse'], ['critical', 'Critical']]);
const SINCE = new Map([['', 'All time'], ['week', 'Week'], ['day', 'Day'], ['hour', 'Hour']]);

export class AlarmsPage {
  #app;
  #end = new AbortController();
  #view;
  #wake;
  #known = null; // keys of the open critical incidents seen so far
  #answers = null;
  #choices = {
    state: new Choice('State', STATES, (state) => this.#choose({ state })),
    severity: new Choice('Severity', SEVERITIES, (severity) => this.#choose({ severity })),
    since: new Choice('How far back closed incidents go', SINCE, (since) => this.#choose({ since })),
  };
  #text = h('input', {
    type: 'search', placeholder: 'Run, kind, tag or words', 'aria-label': 'Find incidents by run, kind, tag or words',
    on: { input: () => this.#choose({ text: this.#text.value }) },
  });
  #trouble = new Trouble({ doing: 'read the alarms of all runs', permission: 'read' }, () => this.#wake());
  #failure = h('p', { class: 'error', role: 'alert', hidden: true });
  #strip = new AlarmStrip((incident) => this.#list.show(incident));
  #list = new AlarmList((incident) => this.#acknowledge(incident));
  #note = h('p', { class: 'quiet', role: 'status' }, 'Reading the alarms…');
  #further = h('button', {
    type: 'button', class: 'further', hidden: true, on: { click: () => this.#choose({ rows: this.#view.rows + PAGE_ROWS }) },
  }, 'Show more');
  element;

  /** `query` is the part of the link that says what the page shows. */
  constructor(app, query = '') {
    this.#app = app;
    this.#view = viewOf(query);
    this.#text.value = this.#view.text;
    this.#list.element.hidden = true;
    this.element = h('div', { class: 'alarms-page' },
      h('div', { class: 'alarms-head' }, h('h1', {}, 'Alarms'), alarmTabs('#/alarms')),
      h('div', { class: 'alarm-filters' }, ...Object.values(this.#choices).map((c) => c.element), this.#text),
      this.#trouble.element, this.#failure, this.#strip.element, this.#list.element, this.#note, this.#further);
    this.#showChoices();
    this.#wake = refresh(() => this.#load(), REFRESH_MILLIS, this.#end.signal);
  }

  #choose(change) {
    this.#view = { ...this.#view, rows: DEFAULT_VIEW.rows, ...change };
    const query = linkQuery(this.#view);
    history.replaceState(null, '', `#/alarms${query ? `?${query}` : ''}`);
    this.#showChoices();
    if (this.#answers) this.#show();
    if (!('text' in change)) this.#wake(); // words are looked for in what was read
  }

  #showChoices() {
    for (const [name, choice] of Object.entries(this.#choices)) choice.value = this.#view[name];
  }

  async #load() {
    const { signal } = this.#end;
    const view = this.#view;
    const ask = (state, query, most) => (view.state === '' || view.state === state ? getPages(PATH, query, most, signal) : NOTHING);
    const answers = await Promise.allSettled([
      ask('open', openQuery(view), Infinity), ask('closed', closedQuery(view), view.rows)]);
    if (signal.aborted) return undefined;
    const failed = answers.find((answer) => answer.status === 'rejected')?.reason;
    this.#app.live(failed ? 'retrying' : 'live');
    const [open, closed] = answers.map((answer, i) => known(answer) ?? this.#answers?.[i] ?? null);
    if (open !== null || closed !== null) {
      this.#answers = [open ?? NOTHING, closed ?? NOTHING];
      this.#show();
    }
    if (!failed) {
      this.#trouble.clear();
      return undefined;
    }
    if (this.#answers === null) setText(this.#note, '');
    return this.#trouble.show(failed);
  }

  #show() {
    const { state, text, since, rows } = this.#view;
    const [open, closed] = this.#answers.map(({ items }) => matching(items, text));
    const filtered = text.trim() !== '' || this.#view.severity !== '';
    const shown = { open: state !== 'closed' ? byUrgency(open) : null, closed: state !== 'open' ? closed : null };
    this.#announce(this.#answers[0].items);
    this.#strip.update([...shown.open ?? [], ...shown.closed ?? []], since);
    this.#list.element.hidden = false;
    this.#list.update(shown.open, shown.closed, filtered ? 'No open incident matches.' : 'No incident is open.');
    const { more } = this.#answers[1];
    this.#further.hidden = !more || state === 'open';
    this.#note.hidden = state === 'open' || (closed.length > 0 && !more);
    setText(this.#note, more ? `Read so far: the newest ${count(rows)} closed incidents.`
      : filtered || since !== '' ? 'No closed incident matches.' : 'No incident has closed yet.');
  }

  #announce(open) {
    const criticals = open.filter((incident) => incident.severity === 'critical');
    const fresh = this.#known === null ? [] : criticals.filter((incident) => !this.#known.has(keyOf(incident)));
    if (fresh.length > 0) this.#app.announce(`New critical alarm. ${fresh[0].run}: ${fresh[0].message}`);
    this.#known = new Set([...this.#known ?? [], ...criticals.map(keyOf)]);
    this.#app.title('Alarms', criticals.length);
  }

  async #acknowledge({ run, incident, kind, acknowledged }) {
    this.#failure.hidden = true;
    try {
      await acknowledge(run, { incident, kind, note: acknowledged?.note ?? '' });
    } catch (e) {
      setText(this.#failure, `The incident was not acknowledged: ${e.message}`);
      this.#failure.hidden = false;
    }
    this.#wake();
  }

  dispose() {
    this.#end.abort();
  }
}

// Where the store cannot be read, an answer holds the incidents that are known without it.
function known({ status, value, reason }) {
  if (status === 'fulfilled') return value;
  return Array.isArray(reason.body?.alarms) ? { items: reason.body.alarms, more: false } : null;
}
