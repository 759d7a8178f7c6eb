// SPDX-License-Identifier: Apache-2.0
// A run's page: fetches, follows the live stream, and hands what it knows to its parts.

import { get, runPath } from './api.js';
import { Chart } from './chart.js';
import { toCommand, toCommands } from './command-model.js';
import { CommandPanel } from './commands.js';
import { h, setText } from './dom.js';
import { addEvent, evaluationMarks, eventMarks } from './event-model.js';
import { ATTENTION_LOGIT_LIMIT, crossing } from './forecast.js';
import { addAlarm, groupIncidents, knownAlarms, openCounts } from './incident-model.js';
import { IncidentList } from './incidents.js';
import { JudgedBox } from './judged.js';
import { follow } from './live.js';
import { bandOf } from './preflight.js';
import { RangeBar } from './range-bar.js';
import { RunData } from './run-data.js';
import { ENDED, RunHeader } from './run-header.js';
import { OtherSignals } from './other-signals.js';
import { CHARTS, chartName, chartOf, chosenIn, chosenQuery, STEP } from './signals.js';
import { onThemeChange } from './theme.js';
import { throttle } from './throttle.js';

const REDRAW_MILLIS = 250;
const RELOAD_MILLIS = 2000;
const SETTLE_MILLIS = 1500;
const SUMMARY_MILLIS = 4000;
const FIRST_LOAD_MILLIS = 1500;

export class RunPage {
  #run;
  #app;
  #end = new AbortController();
  #data;
  #summary = null;
  #alarms = [];
  #commands = [];
  #events = [];
  #evaluations = [];
  #range = { from: null, to: null };
  #loaded = false;
  #timers = [];
  #problem = h('p', { class: 'error', role: 'alert', hidden: true });
  #header;
  #judged = new JudgedBox(() => this.#loadJudged());
  #incidents = new IncidentList(this.#judged.element);
  #panel;
  #rangeBar;
  #charts;
  #signals = [];
  #chosen;
  #others = new OtherSignals(() => this.#loadSignals(), (names) => this.#choose(names));
  #grid = h('div', { class: 'chart-grid' });
  #redraw = throttle(() => this.#show(), REDRAW_MILLIS);
  #reload = throttle(() => this.#load(), RELOAD_MILLIS);
  element;

  /** `query` is the part of the link that says what else it shows. */
  constructor(run, app, query) {
    this.#run = run;
    this.#app = app;
    this.#data = new RunData(run);
    this.#header = new RunHeader(run);
    this.#panel = new CommandPanel(run, () => this.#onset());
    this.#rangeBar = new RangeBar((range) => this.#zoom(range), () => this.#data.lastStep);
    this.#charts = CHARTS.map((chart) => this.#chart(chart));
    this.#grid.append(...this.#charts.map((c) => c.element));
    this.#chosen = chosenIn(query);
    this.#draw();
    this.element = h('div', { class: 'run-page' }, this.#header.element, this.#problem,
      h('div', { class: 'run-body' },
        h('aside', {}, this.#panel.approvals, this.#incidents.element, this.#panel.element),
        h('section', { class: 'charts', 'aria-label': 'Charts' }, this.#rangeBar.element,
          this.#grid, this.#others.element)));
    this.#start();
  }

  #chart(chart) {
    return new Chart(chart, {
      onZoom: (range) => this.#zoom(range ?? { from: null, to: null }),
      onHover: (step) => this.#charts.forEach((c) => c.point(c.definition === chart ? null : step)),
    });
  }

  // Charts that were chosen before stay as they are.
  #draw() {
    const kept = this.#charts.slice(0, CHARTS.length);
    const before = new Map(this.#charts.slice(CHARTS.length).map((c) => [c.definition.key, c]));
    const chosen = this.#chosen.map((name) => before.get(name)
      ?? this.#chart(chartOf(name, this.#signals.find((s) => chartName(s) === name))));
    [...before.values()].filter((c) => !chosen.includes(c)).forEach((c) => {
      c.dispose();
      c.element.remove();
    });
    this.#grid.append(...chosen.map((c) => c.element));
    this.#charts = [...kept, ...chosen];
    this.#data.choose(chosen.map((c) => c.definition));
  }

  #choose(names) {
    this.#chosen = names;
    const path = location.href.split('#').slice(1).join('#').split('?')[0];
    history.replaceState(null, '', `#${path}${chosenQuery(names)}`);
    this.#draw();
    this.#others.update(this.#signals, names);
    this.#reload();
  }

  #start() {
    const { signal } = this.#end;
    this.#panel.element.addEventListener('ordered', () => this.#reload());
    onThemeChange(() => this.#charts.forEach((c) => c.repaint()), signal);
    follow(this.#run, {
      onEvent: (type, data) => this.#take(type, data),
      onOpen: () => this.#reloadTwice(),
      onState: (state) => this.#app.live(state),
    }, signal);
    // The stream opens first, so that no step falls between load and stream; but without it too.
    this.#timers.push(setTimeout(() => this.#loaded || this.#reload(), FIRST_LOAD_MILLIS),
      setInterval(() => this.#poll(), SUMMARY_MILLIS));
    this.#poll();
  }

  // The store commits a moment after the stream tells: what fell between the two comes the second time.
  #reloadTwice() {
    this.#reload();
    this.#timers.push(setTimeout(() => this.#reload(), SETTLE_MILLIS));
  }

  async #load() {
    this.#loaded = true;
    const path = runPath(this.#run);
    const { signal } = this.#end;
    // What one part cannot have, the others show all the same: alarms above all.
    const answers = await Promise.allSettled([
      get(`${path}/alarms`, {}, signal),
      get(`${path}/commands`, {}, signal),
      get(`${path}/events`, {}, signal),
      get(`${path}/evaluations`, {}, signal),
      this.#data.load(this.#range, signal),
      this.#poll(),
    ]);
    if (signal.aborted) return;
    const [alarms, commands, events, evaluations] = answers;
    this.#alarms = knownAlarms(this.#alarms, alarms);
    if (commands.status === 'fulfilled') this.#commands = toCommands(commands.value);
    if (events.status === 'fulfilled') this.#events = events.value;
    if (evaluations.status === 'fulfilled') this.#evaluations = evaluations.value;
    const failed = answers.find((answer) => answer.status === 'rejected');
    if (failed) this.#fail(failed.reason);
    else this.#problem.hidden = true;
    this.#redraw();
  }

  async #poll() {
    try {
      this.#summary = await get(runPath(this.#run), {}, this.#end.signal);
      // Ahead of the stream by more than a moment: something was lost on the way.
      if (this.#loaded && this.#summary.last_step > this.#data.lastStep + 200) this.#reload();
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
      this.#others.update(this.#signals, this.#chosen);
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
    setText(this.#problem, text);
    this.#problem.hidden = error.status === 0; // the page's banner says that already
    if (error.status !== 404) this.#timers.push(setTimeout(() => this.#reload(), RELOAD_MILLIS));
  }

  #take(type, data) {
    if (type === 'step') {
      const taken = this.#data.accept(data);
      if (this.#loaded && (!taken || data.measurement === 'evaluation')) this.#reload();
    } else if (type === 'alarm') {
      if (addAlarm(this.#alarms, data) && data.severity === 'critical' && data.state !== 'closed') {
        this.#app.announce(`Critical: ${data.message}`);
      }
    } else if (type === 'command') {
      const command = toCommand(data);
      this.#commands = [...this.#commands.filter((c) => c.id !== command.id), command];
    } else if (type === 'event') {
      if (addEvent(this.#events, data, this.#data.lastStep)) this.#poll(); // it may have changed the state
    } else if (type === 'segment') {
      this.#reloadTwice();
    }
    this.#redraw();
  }

  #zoom(range) {
    this.#range = range;
    this.#rangeBar.update(range);
    this.#reload();
    this.#redraw();
  }

  #onset() {
    const open = groupIncidents(this.#alarms).filter((i) => i.open).map((i) => i.fromStep);
    return { onset: open.length > 0 ? Math.min(...open) : null, lastStep: this.#data.lastStep };
  }

  #show() {
    if (!this.#summary || this.#end.signal.aborted) return;
    const incidents = groupIncidents(this.#alarms);
    const counts = openCounts(incidents);
    const tips = this.#data.tips('attention_logit_max').filter((t) => t.value < ATTENTION_LOGIT_LIMIT * 1e6);
    const next = ENDED.includes(this.#summary.state)
      ? null
      : crossing(incidents, this.#summary.forecast, tips, this.#data.lastStep);
    this.#app.title(this.#run, counts.critical);
    this.#header.update(this.#summary, { counts, next, newest: this.#newest(tips) });
    this.#incidents.update(incidents);
    this.#judged.update(this.#summary.judged);
    this.#panel.update(this.#commands);
    for (const chart of this.#charts) chart.update(this.#model(chart, incidents, next));
  }

  #newest(tips) {
    const top = tips.reduce((a, b) => (a && a.value >= b.value ? a : b), null);
    return {
      step: this.#data.lastStep,
      loss: this.#data.tips('loss')[0]?.value,
      gradNorm: this.#data.tips('grad_norm')[0]?.value,
      top,
    };
  }

  #model({ definition }, incidents, next) {
    return {
      lines: this.#data.lines(definition),
      marks: this.#marks(definition, incidents),
      events: eventMarks(this.#events, (segment, step) => this.#data.rolledBack(segment, step)),
      evaluations: definition.measurement === STEP ? this.#evaluated(definition.field) : [],
      nonfinite: definition.field === 'loss' ? this.#data.nonfiniteSteps() : [],
      next: definition.limit ? next : null,
      expected: bandOf(this.#summary.preflight, definition.field, this.#range.from ?? 0,
        this.#range.to ?? this.#data.lastStep),
      range: this.#range,
      lastStep: this.#data.lastStep,
    };
  }

  #evaluated(field) {
    return evaluationMarks(this.#evaluations, field, (segment, step) => this.#data.rolledBack(segment, step));
  }

  #marks({ all, kinds, field }, incidents) {
    return incidents
      .filter((i) => all || kinds?.includes(i.kind) || i.signal === field)
      .flatMap((i) => i.marks.map((m) => ({ ...m, dead: this.#data.rolledBack(m.segment, m.step) })))
      .sort((a, b) => a.step - b.step);
  }

  dispose() {
    this.#end.abort();
    this.#timers.forEach((timer) => clearInterval(timer));
    this.#charts.forEach((c) => c.dispose());
  }
}
