// SPDX-License-Identifier: Apache-2.0
// A run's page: fetches, follows the live stream, and hands what it knows to its parts.

import { get, runPath } from './api.js';
import { ChartGrid } from './chart-grid.js';
import { CommandPanel } from './commands.js';
import { h, setText } from './dom.js';
import { embedded, wholePageLink } from './embed.js';
import { openCounts } from './incident-model.js';
import { IncidentList } from './incidents.js';
import { JudgedBox } from './judged.js';
import { follow } from './live.js';
import { keepOpenParts } from './open-parts.js';
import { HEAD_CHARTS, outlook } from './outlook.js';
import { addMark } from './person-mark.js';
import { RangeBar } from './range-bar.js';
import { RunData } from './run-data.js';
import { RunFacts } from './run-facts.js';
import { ENDED, RunHeader } from './run-header.js';
import { OtherSignals } from './other-signals.js';
import { onThemeChange } from './theme.js';
import { throttle } from './throttle.js';
import { ViewLink } from './view-link.js';
import { arranged, shownCharts } from './view-state.js';

const REDRAW_MILLIS = 250;
const RELOAD_MILLIS = 2000;
const SETTLE_MILLIS = 1500;
const SUMMARY_MILLIS = 4000;
const FIRST_LOAD_MILLIS = 1500;
const LOST_STEPS = 200;
const REDRAW_REST = 6;

export class RunPage {
  #run;
  #app;
  #end = new AbortController();
  #data;
  #facts;
  #summary = null;
  #first;
  #link;
  #signals = [];
  #loaded = false;
  #timers = [];
  #problem = h('p', { class: 'error', role: 'alert', hidden: true });
  #header;
  #judged = new JudgedBox(() => this.#loadJudged());
  #incidents;
  #panel;
  #rangeBar;
  #grid;
  #others = new OtherSignals(() => this.#loadSignals(), (names) => this.#show(arranged(this.#view, names)));
  #redraw = throttle(() => this.#draw(), REDRAW_MILLIS, REDRAW_REST);
  #reload = throttle(() => this.#load(), RELOAD_MILLIS);
  element;
  keys = [
    { keys: 'w', what: 'Show the whole run', action: () => this.#show({ ...this.#view, from: null, to: null }) },
    { keys: 'm', what: 'Add a mark to the charts', action: () => this.#mark(null) },
    { keys: '/', what: 'Search the numbers of this run', action: () => this.#others.search() },
  ];

  /** `query` is the part of the link that says what it shows; see `view-state.js`. */
  constructor(run, app, query) {
    this.#run = run;
    this.#app = app;
    this.#link = new ViewLink(query, (view) => this.#show(view), this.#end.signal);
    this.#data = new RunData(run);
    this.#facts = new RunFacts(run);
    this.#header = new RunHeader(run);
    this.#panel = new CommandPanel(run, () => ({ onset: this.#facts.onset(), lastStep: this.#data.lastStep }));
    this.#incidents = new IncidentList(run, this.#judged.element, this.#view.open, (ack) => this.#take('acknowledgement', ack));
    this.#rangeBar = new RangeBar({
      change: (part) => this.#show({ ...this.#view, ...part }),
      reset: () => this.#show(this.#link.plain()),
    }, () => this.#data.lastStep);
    this.#grid = new ChartGrid({
      run,
      data: this.#data,
      signal: this.#end.signal,
      view: () => this.#view,
      setView: (view) => this.#show(view),
      usual: () => this.#link.usual,
      redraw: () => this.#redraw(),
      addMark: (step) => this.#mark(step),
    });
    this.#arrange();
    this.element = embedded() ? this.#embedded() : this.#whole();
    keepOpenParts(this.element, this.#view.open, (open) => this.#show({ ...this.#view, open }));
    this.#start();
  }

  #whole() {
    return h('div', { class: 'run-page' }, this.#header.element, this.#problem,
      h('div', { class: 'run-body' },
        h('aside', {}, this.#panel.approvals, this.#incidents.element, this.#panel.element),
        h('section', { class: 'charts', 'aria-label': 'Charts' }, this.#rangeBar.element,
          this.#grid.element, this.#others.element)));
  }

  #embedded() {
    return h('div', { class: 'run-page embedded' }, this.#problem, this.#grid.element,
      wholePageLink(this.#run, location.href, this.#view));
  }

  get #view() {
    return this.#link.view;
  }

  // The one place where what is shown changes.
  #show(view) {
    const before = this.#view;
    this.#link.view = view;
    const more = this.#arrange();
    if (more || view.from !== before.from || view.to !== before.to) this.#reload({ urgent: true });
    this.#redraw({ urgent: true });
  }

  // True when the charts need more than was fetched.
  #arrange() {
    this.#grid.arrange(this.#signals);
    this.#others.update(this.#signals, shownCharts(this.#view));
    const inHead = embedded() ? [] : HEAD_CHARTS;
    return this.#data.choose([...this.#grid.definitions, ...inHead], this.#view.x);
  }

  #start() {
    const { signal } = this.#end;
    this.#panel.element.addEventListener('ordered', () => this.#reload());
    onThemeChange(() => this.#grid.repaint(), signal);
    follow(this.#run, {
      onEvent: (type, data) => this.#take(type, data),
      onOpen: () => this.#reloadTwice(),
      onState: (state) => this.#app.live(state),
    }, signal);
    // The stream opens first, so that no step falls between load and stream; but without it too.
    this.#timers.push(setTimeout(() => this.#loaded || this.#reload(), FIRST_LOAD_MILLIS),
      setInterval(() => this.#poll(), SUMMARY_MILLIS));
    this.#first = this.#poll();
  }

  // The store commits a moment after the stream tells: what fell between the two comes the second time.
  #reloadTwice() {
    this.#reload();
    if (ENDED.includes(this.#summary?.state)) return;
    this.#timers.push(setTimeout(() => this.#reload(), SETTLE_MILLIS));
  }

  async #load() {
    this.#loaded = true;
    const { signal } = this.#end;
    const { from, to } = this.#view;
    const [data, facts] = await Promise.allSettled( // the curves first: they take longest
      [this.#data.load({ from, to }, signal, this.#first), this.#facts.load(signal), this.#poll()]);
    if (signal.aborted) return;
    const failed = data.reason ?? facts.value?.[0];
    if (failed) this.#fail(failed);
    else this.#problem.hidden = true;
    this.#redraw({ urgent: true });
    if (this.#signals.length === 0) this.#loadSignals(); // last, because the charts do not need them
  }

  async #poll() {
    try {
      const before = this.#summary;
      this.#summary = await get(runPath(this.#run), {}, this.#end.signal);
      this.#data.layers = this.#summary.configuration?.layers ?? 0;
      // Ahead of the stream by more than a moment: something was lost on the way.
      if (!document.hidden && this.#loaded && this.#summary.last_step > this.#data.lastStep + LOST_STEPS) this.#reload();
      // A page that nobody sees has no stream, but its title counts incidents all the same.
      if (document.hidden && this.#loaded && before && incidentCounts(before) !== incidentCounts(this.#summary)) this.#reload();
      if (this.#others.open) this.#loadSignals();
      this.#redraw();
    } catch (e) {
      if (!this.#end.signal.aborted) this.#fail(e);
    }
  }

  async #loadJudged() {
    const answer = await this.#loadSignals();
    if (answer) this.#judged.list(answer.detectors);
  }

  async #loadSignals() {
    try {
      const answer = await get(`${runPath(this.#run)}/signals`, {}, this.#end.signal);
      this.#signals = answer.signals;
      this.#arrange();
      this.#redraw();
      return answer;
    } catch (e) {
      if (!this.#end.signal.aborted) this.#fail(e);
      return null;
    }
  }

  #fail(error) {
    const text = error.status === 404
      ? 'The monitor knows no run of this name.'
      : `The run could not be read: ${error.message}. Trying again.`;
    this.#say(text);
    this.#problem.hidden = error.status === 0; // the page's banner says that already
    if (error.status !== 404) this.#timers.push(setTimeout(() => this.#reload(), RELOAD_MILLIS));
  }

  #mark(step) {
    addMark(this.#run, step ?? this.#data.lastStep).catch((e) => this.#say(`The mark is not kept: ${e.message}.`));
  }

  #say(problem) {
    setText(this.#problem, problem);
    this.#problem.hidden = false;
  }

  #take(type, data) {
    if (type === 'step') {
      const taken = this.#data.accept(data);
      if (this.#loaded && (!taken || data.measurement === 'evaluation')) this.#reload();
    } else if (type === 'alarm') {
      if (this.#facts.addAlarm(data) && data.severity === 'critical' && data.state !== 'closed') {
        this.#app.announce(`Critical: ${data.message}`);
      }
    } else if (type === 'command') {
      this.#facts.addCommand(data);
    } else if (type === 'event') {
      if (this.#facts.addEvent(data, this.#data.lastStep)) this.#poll(); // it may have changed the state
    } else if (type === 'acknowledgement') {
      this.#facts.acknowledge(data);
    } else if (type === 'run') {
      this.#summary = this.#summary && { ...this.#summary, ...data };
    } else if (type === 'segment') {
      this.#reloadTwice();
    }
    this.#redraw();
  }

  async #draw() {
    if (!this.#summary || this.#end.signal.aborted) return;
    const incidents = this.#facts.incidents();
    const counts = openCounts(incidents);
    const { next, newest } = outlook(this.#data, incidents, this.#summary, this.#view, this.#signals);
    const configuration = this.#summary.configuration ?? {};
    this.#app.title(this.#run, counts.critical);
    this.#header.update(this.#summary, { counts, next, newest });
    this.#incidents.update(incidents);
    this.#judged.update(this.#summary.judged);
    this.#panel.update(this.#facts.commands);
    const { events, evaluations, version } = this.#facts;
    let drawn = null;
    if (this.#data.version > 0) { // before, nothing is known of the curves, not even that there are none
      drawn = this.#grid.update({ version, incidents, events, evaluations, next, preflight: this.#summary.preflight, configuration });
    }
    this.#rangeBar.update(this.#view, this.#grid.axes(this.#signals), this.#link.touched);
    await drawn;
  }

  dispose() {
    this.#end.abort();
    this.#timers.forEach((timer) => clearInterval(timer));
    this.#grid.dispose();
  }
}

function incidentCounts({ alarms, open_alarms: open }) {
  return JSON.stringify([alarms, open]);
}
