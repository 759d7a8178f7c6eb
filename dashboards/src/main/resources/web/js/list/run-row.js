// SPDX-License-Identifier: Apache-2.0
// One run in the list: a row that is made once and changed only where its run changed.

import { h, setText } from '../dom.js';
import { ago, count, finite, interval, millis, number, percent, setting } from '../format.js';
import { runLink } from '../routes.js';
import { severityIcon, SEVERITIES } from '../severity.js';
import { statePill, updatePill } from '../state-pill.js';
import { columnLabel } from './list-columns.js';
import { sparkline, updateSparkline } from './sparkline.js';

// Each gives a cell's content and how it follows the run; one that ages changes though its run does not.
const CELLS = {
  step: () => {
    const text = h('span', {});
    const bar = h('progress', { max: 1, 'aria-label': 'training progress' });
    return {
      class: 'progress-cell', content: [text, bar], update: (run) => {
        const total = run.columns?.total_steps;
        setText(text, finite(total) ? `${count(run.last_step)} of ${count(total)}` : count(run.last_step));
        bar.hidden = !(total > 0);
        if (total > 0) bar.value = Math.min(1, (run.last_step ?? 0) / total);
      },
    };
  },
  loss: () => text((run) => number(run.loss)),
  trend: () => {
    const curve = sparkline();
    return { class: 'trend-cell', content: [curve], update: (run) => updateSparkline(curve, run.sparkline ?? []) };
  },
  probability: () => text((run) => forecastText(run.forecast), 'forecast-cell'),
  alarms: () => {
    const counts = h('span', { class: 'alarm-counts' });
    return { content: [counts], update: (run) => updateAlarms(counts, run) };
  },
  time: () => ({ ...text((run) => ago(millis(run.last_time)), 'seen-cell'), ages: true }),
};

function text(of, cls = null) {
  const span = h('span', {});
  return { class: cls, content: [span], update: (run) => setText(span, of(run)) };
}

export class RunRow {
  #pill = statePill();
  #tags = h('span', { class: 'run-tags', hidden: true });
  #archived = h('span', { class: 'archived-mark', hidden: true }, 'archived');
  #notes = h('span', { class: 'run-notes', hidden: true });
  #cells;
  #onTag;
  #key = '';
  box;
  element;

  /** `columns` after state and name; `onTag(tag)` and `onSelect(event)` hear of clicks. */
  constructor(name, columns, { onTag, onSelect }) {
    this.#onTag = onTag;
    this.#cells = columns.map((column) => CELLS[column]?.() ?? text((run) => setting(run.columns?.[column]), 'value-cell'));
    this.box = h('input', { type: 'checkbox', 'aria-label': `Select ${name}`, on: { change: onSelect } });
    this.element = h('tr', {},
      h('td', { class: 'select-cell' }, h('label', {}, this.box)),
      h('td', { 'data-label': 'State', class: 'state-cell' }, this.#pill),
      h('th', { scope: 'row' }, h('a', { href: runLink(name) }, name),
        this.#archived, this.#tags, this.#notes),
      ...this.#cells.map((cell, i) =>
        h('td', { 'data-label': columnLabel(columns[i]), class: cell.class }, ...cell.content)));
  }

  /** Shows the run as `GET /api/v1/runs` has it. */
  update(run, selected) {
    if (this.box.checked !== selected) this.box.checked = selected;
    this.element.classList.toggle('selected', selected);
    const key = JSON.stringify(run);
    if (this.#key === key) {
      this.#cells.forEach((cell) => cell.ages && cell.update(run));
      return;
    }
    this.#key = key;
    updatePill(this.#pill, run.state);
    this.#cells.forEach((cell) => cell.update(run));
    this.#describe(run.tags ?? [], run.notes ?? '', run.archived === true);
  }

  #describe(tags, notes, archived) {
    this.#archived.hidden = !archived;
    this.#notes.hidden = notes === '';
    setText(this.#notes, notes.split('\n')[0]);
    this.#notes.title = notes;
    const key = JSON.stringify(tags);
    if (this.#tags.dataset.key === key) return;
    this.#tags.dataset.key = key;
    this.#tags.hidden = tags.length === 0;
    this.#tags.replaceChildren(...tags.map((tag) => h('button', {
      type: 'button', class: 'tag', title: `Show runs with the tag ${tag}`, on: { click: () => this.#onTag(tag) },
    }, tag)));
  }
}

// Open incidents in colour; closed ones are history and stay quiet.
function updateAlarms(counts, { alarms, open_alarms: open }) {
  const all = SEVERITIES.reduce((sum, s) => sum + (alarms?.[s] ?? 0), 0);
  const shown = SEVERITIES.filter((s) => open?.[s] > 0);
  const closed = all - shown.reduce((sum, s) => sum + open[s], 0);
  const key = `${shown.map((s) => s + open[s])} ${closed}`;
  if (counts.dataset.key === key) return;
  counts.dataset.key = key;
  counts.replaceChildren(
    ...shown.map((s) => h('span', { class: s }, severityIcon(s, { labelled: true }), String(open[s]))),
    ...(closed > 0 ? [h('span', { class: 'closed' }, `${count(closed)} closed`)] : []));
}

function forecastText(forecast) {
  if (!finite(forecast?.probability)) return '–';
  const chance = percent(forecast.probability);
  return finite(forecast.eta_steps) ? `${chance}, in ${interval(forecast.low, forecast.high)} steps` : chance;
}
