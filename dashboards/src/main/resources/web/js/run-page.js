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
import { configuredCharts, openingView, pinnedCharts } from './pins.js';
import { RangeBar } from './range-bar.js';
import { RunData } from './run-data.js';
import { RunFacts } from './run-facts.js';
import { RunHeader } from './run-header.js';
import { OtherSignals } from './other-signals.js';
import { chartName } from './signals.js';
import { onThemeChange } from './theme.js';
import { throttle } from './throttle.js';
import { arranged, readView, shownCharts, viewQuery, withoutLayout, withView } from './view-state.js';
import { axisChoices, axisField } from './x-axis.js';

const REDRAW_MILLIS = 250;
const RELOAD_MILLIS = 2000;
const SETTLE_MILLIS = 1500;
const SUMMARY_MILLIS = 4000;
const FIRST_LOAD_MILLIS = 1500;
const LINK_MILLIS = 300;
const LOST_STEPS = 200;

export class RunPage {
  #run;
  #app;
  #end = new AbortController();
  #data;
  #facts;
  #summary = null;
  #view;
  #usual = [];
  #outlook = null;
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
  #others = new OtherSignals(() => this.#loadSignals(), (names) => this.#setView(arranged(this.#view, names)));
  #redraw = throttle(() => this.#show(), REDRAW_MILLIS);
  #reload = throttle(() => this.#load(), RELOAD_MILLIS);
  #writeLink = throttle(() => this.#end.signal.aborted
    || history.replaceState(null, '', withView(location.href, this.#view)), LINK_MILLIS);
  element;

  /** `query` is the part of the link that says what it shows; see `view-state.js`. */
  constructor(run, app, query) {
    this.#run = run;
    this.#app = app;
    this.#view = openingView(readView(query), pinnedCharts(), []);
    this.#data = new RunData(run);
    this.#facts = new RunFacts(run);
    this.#header = new RunHeader(run);
    this.#panel = new CommandPanel(run, () => this.#onset());
    this.#incidents = new IncidentList(run, this.#judged.element, this.#view.open, (ack) => this.#take('acknowledgement', ack));
    this.#rangeBar = new RangeBar({
      change: (part) => this.#setView({ ...this.#view, ...part }),
      reset: () => this.#setView(this.#unarranged()),
    }, () => this.#data.lastStep);
    this.#grid = new ChartGrid({
      run,
      data: this.#data,
      signal: this.#end.signal,
      view: () => this.#view,
      setView: (view) => this.#setView(view),
      usual: () => this.#usual,
      redraw: () => this.#redraw(),
      addMark: (step) => this.#addMark(step),
    });
    this.#arrange();
    this.element = embedded() ? this.#embedded() : this.#whole();
    keepOpenParts(this.element, this.#view.open, (open) => this.#setView({ ...this.#view, open }));
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

  // The one place where what is shown changes.
  #setView(view) {
    const before = this.#view;
    this.#view = view;
    this.#writeLink();
    const more = this.#arrange();
    if (more || view.from !== before.from || view.to !== before.to) this.#reload();
    this.#redraw();
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
    this.#poll();
    this.#loadSignals();
    configuredCharts().then((names) => {
      this.#usual = names;
      const view = openingView(this.#view, pinnedCharts(), names);
      if (view !== this.#view && !signal.aborted) this.#setView(view);
    });
  }

  // The store commits a moment after the stream tells: what fell between the two comes the second time.
  #reloadTwice() {
    this.#reload();
    this.#timers.push(setTimeout(() => this.#reload(), SETTLE_MILLIS));
  }

  async #load() {
    this.#loaded = true;
    const { signal } = this.#end;
    const { from, to } = this.#view;
    const [facts, data] = await Promise.allSettled(
      [this.#facts.load(signal), this.#data.load({ from, to }, signal), this.#poll()]);
    if (signal.aborted) return;
    const failed = data.reason ?? facts.value?.[0];
    if (failed) this.#fail(failed);
    else this.#problem.hidden = true;
    this.#redraw();
  }

  async #poll() {
    try {
      this.#summary = await get(runPath(this.#run), {}, this.#end.signal);
      // Ahead of the stream by more than a moment: something was lost on the way.
      if (this.#loaded && this.#summary.last_step > this.#data.lastStep + LOST_STEPS) this.#reload();
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
      this.#others.update(this.#signals, shownCharts(this.#view));
      return answer;
    } catch (e) {
      if (!this.#end.signal.aborted) this.#fail(e);
      return null;
    }
  }

  async #addMark(step) {
    try {
      await addMark(this.#run, step ?? this.#data.lastStep);
    } catch (e) {
      setText(this.#problem, `The mark is not kept: ${e.message}.`);
      this.#problem.hidden = false;
    }
  }

  #fail(error) {
    const text = error.status === 404
      ? 'The monitor knows no run of this name.'
      : `The run could not be read: ${error.message}. Trying again.`;
    setText(this.#problem, text);
    this.#problem.hidden = error.status === 0; // the page's banner says that already
    if (error.status !== 404) this.#timers.push(setTimeout(() => this.#reload(), RELOAD_MILLIS));
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

  #onset() {
    const open = this.#facts.incidents().filter((i) => i.open).map((i) => i.fromStep);
    return { onset: open.length > 0 ? Math.min(...open) : null, lastStep: this.#data.lastStep };
  }

  #show() {
    if (!this.#summary || this.#end.signal.aborted) return;
    const incidents = this.#facts.incidents();
    const counts = openCounts(incidents);
    // The newest values are not among those of a range that ends before them.
    if (this.#view.to === null || !this.#outlook) this.#outlook = outlook(this.#data, incidents, this.#summary, this.#view.to);
    const { next, newest } = this.#outlook;
    const configuration = this.#summary.configuration ?? {};
    this.#app.title(this.#run, counts.critical);
    this.#header.update(this.#summary, { counts, next, newest });
    this.#incidents.update(incidents);
    this.#judged.update(this.#summary.judged);
    this.#panel.update(this.#facts.commands);
    this.#rangeBar.update(this.#view, this.#axes(configuration), viewQuery(this.#view) !== viewQuery(this.#unarranged()));
    const { events, evaluations } = this.#facts;
    this.#grid.update({ incidents, events, evaluations, next, preflight: this.#summary.preflight, configuration });
  }

  #unarranged() {
    return openingView(withoutLayout(this.#view), pinnedCharts(), this.#usual);
  }

  // Whether there are times is known once somebody asked for them.
  #axes({ batch_tokens: batchTokens }) {
    const { x } = this.#view;
    const tokens = this.#signals.some((signal) => chartName(signal) === 'train_step.tokens');
    const time = axisField(x) !== 'time' || this.#data.lineage.length === 0 || this.#data.axis(x) !== null;
    return axisChoices({ tokens, time, batchTokens });
  }

  dispose() {
    this.#end.abort();
    this.#timers.forEach((timer) => clearInterval(timer));
    this.#grid.dispose();
  }
}
