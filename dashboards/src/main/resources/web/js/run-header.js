// SPDX-License-Identifier: Apache-2.0
// Head of a run's page: name, state, forecast in words, the newest numbers, the configuration.

import { Description } from './description.js';
import { h, setText } from './dom.js';
import { ago, count, finite, layerName, millis, number, setting, short, words } from './format.js';
import { forecastWords } from './forecast.js';
import { preflightText } from './preflight.js';
import { reportLink } from './report-link.js';
import { severityIcon, SEVERITIES } from './severity.js';
import { statePill, updatePill } from './state-pill.js';

/** States in which nothing is to be expected any more. */
export const ENDED = ['finished', 'failed', 'killed', 'stopped'];

const STATS = ['Step', 'Loss', 'Gradient norm', 'Max attention logit', 'Last seen'];

export class RunHeader {
  #pill = statePill();
  #summary = h('p', { class: 'config-line' });
  #config = h('dl', { class: 'facts config' });
  #configBox = h('details', { class: 'config-box', 'data-part': 'config' }, h('summary', {}, 'Configuration'), this.#config);
  #configSignature = '';
  #probability = h('span', { class: 'probability' });
  #within = h('span', { class: 'within' });
  #detail = h('p', { class: 'detail' });
  #icon = h('span', { class: 'forecast-icon' });
  #forecast = h('section', { class: 'forecast', 'aria-label': 'Forecast' }, this.#icon,
    h('p', { class: 'chance' }, this.#probability, this.#within), this.#detail);
  #preflight = h('p', { class: 'preflight', hidden: true });
  #understood = h('p', { class: 'understood', hidden: true });
  #stats = new Map(STATS.map((name) => [name, h('dd', {})]));
  #step = h('span', {});
  #bar = h('progress', { max: 1, value: 0, 'aria-label': 'training progress' });
  #description;
  element;

  constructor(run) {
    this.#description = new Description(run);
    this.element = h('header', { class: 'run-header' },
      h('div', { class: 'run-title' }, h('h1', {}, run), this.#pill, reportLink(run)),
      this.#summary, this.#description.element, this.#configBox, this.#forecast, this.#preflight, this.#understood,
      h('dl', { class: 'stats' }, ...[...this.#stats].map(([name, value]) =>
        h('div', {}, h('dt', {}, name), value))));
    this.#stats.get('Step').append(this.#step, this.#bar);
  }

  /** `newest`: `{ step, loss, gradNorm, top }`, absent where no live value is known. */
  update(summary, { counts, next, newest }) {
    const config = summary.configuration ?? {};
    const step = Math.max(newest.step || 0, summary.last_step ?? 0);
    updatePill(this.#pill, summary.state);
    this.#description.update(summary);
    this.#updateConfig(config);
    this.#updateForecast(summary.forecast, counts, next, step, ENDED.includes(summary.state));
    const said = preflightText(summary.preflight);
    this.#preflight.hidden = said === '';
    setText(this.#preflight, said);
    this.#preflight.title = (summary.preflight?.caveats ?? []).join('; ');
    const strange = (summary.understood?.sentences ?? []).join(' ');
    this.#understood.hidden = strange === '';
    setText(this.#understood, strange);
    const total = config.total_steps;
    setText(this.#step, finite(total) ? `${count(step)} of ${count(total)}` : count(step));
    this.#bar.hidden = !finite(total) || total <= 0;
    if (finite(total) && total > 0) this.#bar.value = Math.min(1, step / total);
    setText(this.#stats.get('Loss'), number(newest.loss ?? summary.loss));
    setText(this.#stats.get('Gradient norm'), number(newest.gradNorm, 3));
    const { top } = newest;
    setText(this.#stats.get('Max attention logit'),
      top ? `${number(top.value, 3)} in ${layerName(top.layer)}` : '–');
    setText(this.#stats.get('Last seen'), ago(millis(summary.last_time)));
  }

  #updateForecast(forecast, counts, next, step, ended) {
    const words = forecastWords(forecast, next, step);
    const open = SEVERITIES.find((s) => counts[s] > 0 && s !== 'info');
    const worst = ended ? 'calm' : (open ?? 'calm');
    if (this.#forecast.dataset.severity !== worst) {
      this.#forecast.dataset.severity = worst;
      this.#icon.replaceChildren(...(worst === 'calm' ? [] : [severityIcon(worst, { labelled: true })]));
    }
    setText(this.#probability, words.probability ?? '');
    setText(this.#within, words.probability ? `chance of divergence ${words.within}` : '');
    setText(this.#detail, ended ? 'The run is over: this was the forecast at its last step.' : words.detail);
  }

  #updateConfig(config) {
    const signature = JSON.stringify(config);
    if (signature === this.#configSignature) return;
    this.#configSignature = signature;
    this.#configBox.hidden = Object.keys(config).length === 0;
    setText(this.#summary, summaryLine(config));
    this.#config.replaceChildren(...Object.entries(config).flatMap(([name, value]) =>
      [h('dt', {}, words(name)), h('dd', {}, setting(value))]));
  }
}

/** The few settings that tell one run from another. */
export function summaryLine(c) {
  return [
    finite(c.parameters) ? `${short(c.parameters)} parameters` : '',
    finite(c.layers) ? `${c.layers} layers` : '',
    finite(c.width) ? `width ${c.width}` : '',
    finite(c.learning_rate) ? `learning rate ${number(c.learning_rate, 3)}` : '',
    c.optimizer ? String(c.optimizer) : '',
    c.qk_layernorm === true ? 'qk-layernorm' : '',
    [c.framework, c.precision].filter(Boolean).join(' '),
  ].filter(Boolean).join(' · ');
}
