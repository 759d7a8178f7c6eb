// SPDX-License-Identifier: Apache-2.0
// The list of runs: which of them needs someone, at a glance.

import { get, getPages } from '../api.js';
import { attachHelp } from '../attach-help.js';
import { h, setText } from '../dom.js';
import { count } from '../format.js';
import { refresh } from '../refresh.js';
import { Trouble } from '../trouble.js';
import { ColumnChooser } from './column-chooser.js';
import { FilterBox } from './filter-box.js';
import { tagTerm, toggledTerm } from './filter-terms.js';
import { remember, remembered } from './list-memory.js';
import { DEFAULT_VIEW, linkQuery, listQuery, PAGE_ROWS, viewOf } from './list-view.js';
import { RunTable } from './run-table.js';
import { SelectionBar } from './selection-bar.js';
import { SortChoice } from './sort-choice.js';
import { StateFilter } from './state-filter.js';

const REFRESH_MILLIS = 2500;

export class RunsList {
  #app;
  #end = new AbortController();
  #view;
  #refused = null; // the view that the monitor could not read
  #shown = DEFAULT_VIEW; // the view of the rows on the page
  #runs = null;
  #more = false;
  #counts = null;
  #criticals = null;
  #wake;
  #filter;
  #states = new StateFilter((state) => this.#choose({ state }));
  #sort = new SortChoice((sort) => this.#choose({ sort }));
  #archived = h('input', { type: 'checkbox', on: { change: () => this.#choose({ archived: this.#archived.checked }) } });
  #archivedLabel = h('label', { class: 'archived-switch' }, this.#archived, 'Show archived');
  #columns;
  #table = new RunTable({
    onSort: (sort) => this.#choose({ sort }),
    onTag: (tag) => this.#toggleTerm(tagTerm(tag)),
    onSelect: () => this.#selection.update([...this.#table.selected]),
  });
  #selection = new SelectionBar((name) => this.#table.run(name), (selected) => {
    this.#table.select(selected);
    this.#wake();
  });
  #note = h('p', { class: 'quiet', role: 'status' }, 'Reading the runs…');
  #reset = h('button', { type: 'button', class: 'further', hidden: true, on: { click: () => this.#clear() } }, 'Clear the filter');
  #further = h('button', {
    type: 'button', class: 'further', hidden: true, on: { click: () => this.#choose({ rows: this.#view.rows + PAGE_ROWS }) },
  }, 'Show more');
  #help = h('div', {});
  #trouble = new Trouble({ doing: 'read the list of runs', permission: 'read' }, () => this.#wake());
  #tools;
  element;

  /** `query` is the part of the link that says what the list shows. */
  constructor(app, query = '') {
    this.#app = app;
    this.#view = viewOf(query, remembered());
    this.#filter = new FilterBox(this.#view.filter, {
      onInput: (filter) => this.#choose({ filter }),
      onTerm: (term) => this.#toggleTerm(term),
    });
    this.#columns = new ColumnChooser(this.#view.columns,
      () => get('/api/v1/columns', {}, this.#end.signal), (columns) => this.#choose({ columns }));
    this.#tools = h('div', { class: 'list-tools', hidden: true },
      this.#states.element, this.#archivedLabel, this.#sort.element, this.#filter.element, this.#columns.element);
    this.element = h('div', { class: 'runs-page' },
      h('div', { class: 'list-head' }, h('h1', {}, 'Runs'), this.#tools),
      this.#filter.help, this.#trouble.element, this.#selection.element, h('div', { class: 'table-box' }, this.#table.element),
      this.#note, this.#reset, this.#further, this.#help);
    this.#archived.checked = this.#view.archived;
    if (query === '') this.#link(); // what is remembered belongs into the link, too
    this.#wake = refresh(() => this.#load(), REFRESH_MILLIS, this.#end.signal);
  }

  /** What is to be shown changes: the link follows, and the monitor is asked at once. */
  #choose(change) {
    this.#view = { ...this.#view, rows: PAGE_ROWS, ...change };
    remember(change);
    this.#link();
    this.#filter.text = this.#view.filter;
    this.#archived.checked = this.#view.archived;
    this.#wake();
  }

  #link() {
    const query = linkQuery(this.#view);
    history.replaceState(null, '', `#/${query ? `?${query}` : ''}`);
  }

  #toggleTerm(term) {
    this.#choose({ filter: toggledTerm(this.#view.filter, term) });
  }

  #clear() {
    const { filter, state } = DEFAULT_VIEW;
    this.#choose({ filter, state });
  }

  // While the monitor refuses what was chosen, the list stays live with what it showed before.
  async #load() {
    const { signal } = this.#end;
    const view = this.#view === this.#refused ? this.#shown : this.#view;
    try {
      const [counts, runs] = await Promise.all([
        get('/api/v1/counts', {}, signal),
        getPages('/api/v1/runs', listQuery(view), view.rows, signal),
      ]);
      if (signal.aborted) return undefined;
      this.#counts = counts;
      this.#runs = runs.items;
      this.#more = runs.more;
      this.#shown = view;
      this.#trouble.clear();
      if (view === this.#view) this.#filter.refuse('');
      this.#app.live('live');
      this.#show(view);
      return undefined;
    } catch (e) {
      return signal.aborted ? undefined : this.#fail(e, view);
    }
  }

  #fail(error, view) {
    if (this.#runs === null) setText(this.#note, '');
    if (error.status !== 400) {
      this.#app.live('retrying');
      return this.#trouble.show(error);
    }
    this.#refused = view;
    this.#tools.hidden = false;
    this.#filter.refuse(error.message);
    this.#trouble.clear();
    return undefined;
  }

  #show(view) {
    const none = this.#counts.runs === 0;
    const rows = this.#runs.length;
    this.#countCriticals();
    this.#tools.hidden = none;
    this.#states.update(this.#counts, view.state);
    this.#sort.update(view);
    this.#filter.offerTags(this.#counts.tags ?? {});
    this.#archivedLabel.hidden = !(this.#counts.archived > 0) && !view.archived;
    this.#table.update(this.#runs, view);
    this.#selection.update([...this.#table.selected]);
    this.#further.hidden = !this.#more;
    this.#reset.hidden = none || rows > 0 || (view.filter.trim() === '' && view.state === '');
    this.#note.hidden = none || (rows > 0 && !this.#more);
    setText(this.#note, rows > 0 ? `The first ${count(rows)}; there are ${count(this.#counts.runs)} runs in all.`
      : `No run matches.${!view.archived && this.#counts.archived > 0 ? ' Archived runs are not shown.' : ''}`);
    if (none !== this.#help.hasChildNodes()) this.#help.replaceChildren(...(none ? [attachHelp()] : []));
  }

  #countCriticals() {
    const { critical } = this.#counts.open_alarms ?? this.#counts.alarms;
    if (this.#criticals !== null && critical > this.#criticals) {
      const worst = this.#runs.filter((r) => r.open_alarms?.critical > 0).map((r) => r.run).slice(0, 3).join(', ');
      this.#app.announce(`New critical alarm. Critical now: ${worst}`);
    }
    this.#criticals = critical;
    this.#app.title('Runs', critical);
  }

  dispose() {
    this.#end.abort();
  }
}
