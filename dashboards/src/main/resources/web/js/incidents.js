// SPDX-License-Identifier: Apache-2.0
// The list of incidents: what is wrong, where it began, how long is left, and the evidence.

import { acknowledge, acknowledgedText } from './acknowledge.js';
import { h, setText } from './dom.js';
import { ago, count, finite, interval, layerName, millis, number, percent, words } from './format.js';
import { severityIcon } from './severity.js';
import { whatToDo } from './what-to-do.js';

const MOST_CLOSED = 100;

export class IncidentList {
  #run;
  #acknowledged;
  #expanded;
  #signature = '';
  #open = h('ul', { class: 'incidents' });
  #closed = h('ul', { class: 'incidents closed' });
  #closedTitle = h('summary', {});
  #failure = h('p', { class: 'error', role: 'alert', hidden: true });
  #closedBox = h('details', { class: 'closed-box', 'data-part': 'closed', hidden: true }, this.#closedTitle, this.#closed);
  #none = h('p', { class: 'quiet' }, 'No incident is open.');
  element;

  /**
   * @param judged what stands below the incidents: which detectors judge the run
   * @param open parts that are open from the beginning, see {@link incidentPart}
   * @param acknowledged called with what the monitor keeps after an incident is acknowledged
   */
  constructor(run, judged, open, acknowledged) {
    this.#run = run;
    this.#acknowledged = acknowledged;
    this.#expanded = new Set(open);
    this.element = h('section', { 'aria-labelledby': 'incidents-title' },
      h('h2', { id: 'incidents-title' }, 'Incidents'), this.#none, this.#failure, this.#open, this.#closedBox, judged);
  }

  /** Shows the incidents; an unchanged list is left alone, so that focus and selection stay. */
  update(incidents) {
    const signature = JSON.stringify(incidents.map((i) => [i.key, i.severity, i.open, i.lastStep, i.acknowledged]));
    if (signature === this.#signature) return;
    this.#signature = signature;
    const focused = document.activeElement?.closest?.('[data-incident]')?.dataset.incident;
    const open = incidents.filter((i) => i.open);
    const closed = incidents.filter((i) => !i.open);
    this.#none.hidden = open.length > 0;
    this.#open.replaceChildren(...open.map((i) => this.#item(i)));
    this.#closedBox.hidden = closed.length === 0;
    this.#closedTitle.textContent = `Closed (${closed.length})`;
    this.#closed.replaceChildren(...closed.slice(0, MOST_CLOSED).map((i) => this.#item(i)));
    if (focused) {
      this.element.querySelector(`[data-incident="${CSS.escape(focused)}"] summary`)?.focus();
    }
  }

  #item(incident) {
    const { key, severity, kind, layer, head, fromStep, closing, latest, acknowledged } = incident;
    const advice = whatToDo(kind);
    const where = [layerName(layer), finite(head) ? `head ${head}` : ''].filter(Boolean).join(', ');
    const span = closing ? `steps ${count(fromStep)}–${count(closing.step)}` : `since step ${count(fromStep)}`;
    const part = incidentPart(key);
    const details = h('details', { 'data-incident': key, 'data-part': part, open: this.#expanded.has(part) },
      h('summary', {},
        severityIcon(severity),
        h('span', { class: 'incident-title' },
          h('span', { class: `severity-word ${severity}` }, severity),
          h('strong', {}, words(kind)),
          where ? h('span', { class: 'where' }, where) : null),
        h('span', { class: 'span' }, span),
        h('span', { class: 'message' }, latest.message ?? ''),
        acknowledged ? h('span', { class: 'acknowledged' }, acknowledgedText(acknowledged)) : null),
      h('div', { class: 'advice' }, advice ? h('p', {}, advice) : null,
        h('button', { type: 'button', on: { click: () => this.#acknowledge(incident) } },
          acknowledged ? 'Acknowledge again…' : 'Acknowledge…')),
      facts(incident));
    details.addEventListener('toggle', () => {
      if (details.open) this.#expanded.add(part);
      else this.#expanded.delete(part);
    });
    return h('li', { class: severity }, details);
  }

  async #acknowledge({ key, kind }) {
    this.#failure.hidden = true;
    try {
      const kept = await acknowledge(this.#run, { incident: key, kind });
      if (kept) this.#acknowledged(kept);
    } catch (e) {
      setText(this.#failure, `Not acknowledged: ${e.message}.`);
      this.#failure.hidden = false;
    }
  }
}

/** Name of an incident's part in a link. */
export function incidentPart(key) {
  return `incident:${key}`;
}

function facts({ latest, layer, segment, closing }) {
  const rows = [
    ['first moved', layerName(layer) || words(latest.signal)],
    ['measured', finite(latest.value) ? `${words(latest.signal)} ${number(latest.value)}` : ''],
    ['held against', finite(latest.threshold) ? number(latest.threshold) : ''],
    ['time left', eta(latest)],
    ['probability', finite(latest.probability) ? percent(latest.probability) : ''],
    ['newest alarm', `step ${count(latest.step)}, segment ${segment}, ${ago(millis(latest.time))}`],
    ['closed', closing ? `step ${count(closing.step)}` : ''],
    ...Object.entries(latest.evidence ?? {}).map(([name, value]) => [words(name), evidence(value)]),
  ].filter(([, value]) => value !== '');
  return h('dl', { class: 'facts' },
    ...rows.flatMap(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]));
}

function eta({ eta_steps: steps, eta_low: low, eta_high: high }) {
  if (!finite(steps)) return '';
  if (steps <= 0) return 'none: it is here';
  return finite(low) ? `${interval(low, high)} steps, likely ${count(steps)}` : `${count(steps)} steps`;
}

function evidence(value) {
  if (finite(value)) return number(value);
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value ?? '–');
}
