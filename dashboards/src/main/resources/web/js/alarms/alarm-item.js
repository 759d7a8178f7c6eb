// SPDX-License-Identifier: Apache-2.0
// One incident on the alarms page: what, where, how bad, since when, and who looks after it.

import { acknowledgedText } from '../acknowledge.js';
import { duration, stamp } from '../dates.js';
import { h, setText } from '../dom.js';
import { ago, count, finite, layerName, millis, words } from '../format.js';
import { severityIcon } from '../severity.js';
import { stepsLink } from './alarm-view.js';

export class AlarmItem {
  #incident;
  #when = h('span', { class: 'when' });
  #acknowledged = h('span', { class: 'acknowledged' });
  element;

  /** `onAcknowledge(incident)` hears of a click on the button. */
  constructor(incident, onAcknowledge) {
    this.#incident = incident;
    const { run, kind, severity, worst_severity: worst, layer, head, message, tags = [], acknowledged, closed } = incident;
    const shown = closed ? worst ?? severity : severity;
    const where = [layerName(layer), finite(head) ? `head ${head}` : ''].filter(Boolean).join(', ');
    const link = h('a', { class: 'alarm-run', href: stepsLink(incident), title: 'Show these steps on the run’s page' }, run);
    const button = closed ? null : h('button', { type: 'button', class: 'ack', on: { click: () => onAcknowledge(incident) } },
      acknowledged ? 'Change…' : 'Acknowledge…');
    this.element = h('li', { class: `alarm ${shown}`, 'data-incident': String(incident.incident) },
      severityIcon(shown, { labelled: true }),
      h('div', { class: 'alarm-body' },
        h('div', { class: 'alarm-line' }, link, h('strong', {}, words(kind)), where ? h('span', { class: 'where' }, where) : null,
          ...tags.map((tag) => h('span', { class: 'tag' }, tag)), this.#when),
        h('p', { class: 'message' }, message ?? ''),
        h('div', { class: 'alarm-foot' }, h('span', { class: 'quiet' }, spanText(incident)), this.#acknowledged, button)));
    this.refresh();
  }

  /** Brings the times up to now. */
  refresh() {
    const { time, acknowledged } = this.#incident;
    setText(this.#when, ago(millis(time)));
    setText(this.#acknowledged, acknowledged ? acknowledgedText(acknowledged) : '');
  }

  /** Moves the keyboard to this incident and brings it into view. */
  focus() {
    this.element.scrollIntoView({ block: 'center' });
    this.element.querySelector('a').focus({ preventScroll: true });
  }
}

function spanText({ step, opened_step: openedStep, opened, time, closed }) {
  const [from, to] = [millis(opened ?? time), millis(closed)];
  const steps = !finite(openedStep) ? `step ${count(step)}`
    : step > openedStep ? `steps ${count(openedStep)}–${count(step)}` : `step ${count(openedStep)}`;
  const opening = `${steps} · opened ${stamp(from)}`;
  return finite(to) ? `${opening} · closed ${stamp(to)}, after ${duration(to - from)}` : opening;
}
