// SPDX-License-Identifier: Apache-2.0
// Decisions and commands: approvals first, then what a person can order, then the record.

import { get, post, runPath } from './api.js';
import { sentence, stateWords } from './command-model.js';
import { ask, field, h, setText } from './dom.js';
import { ago, count, finite, millis } from './format.js';

const MOST_SHOWN = 100;
// PaLM restarted about 100 steps before the spike and skipped 200 to 500 batches.
const STEPS_BEFORE_ONSET = 100;
const BATCHES_TO_SKIP = 200;

export class CommandPanel {
  #run;
  #signature = '';
  #onset = () => null;
  #failure = h('p', { class: 'error', role: 'alert', hidden: true });
  #pending = h('ul', { class: 'approvals' });
  #record = h('ul', { class: 'record' });
  #none = h('p', { class: 'quiet' }, 'Nothing has been decided or ordered yet.');
  approvals = h('section', { class: 'approval-box', hidden: true, 'aria-labelledby': 'approvals-title' },
    h('h2', { id: 'approvals-title' }, 'Your decision'), this.#pending);
  element = h('section', { 'aria-labelledby': 'commands-title' },
    h('h2', { id: 'commands-title' }, 'Commands and decisions'), this.#buttons(), this.#failure,
    this.#none, this.#record);

  /** `onset` gives the last step and the onset of the oldest open incident, if any. */
  constructor(run, onset) {
    this.#run = run;
    this.#onset = onset;
  }

  #buttons() {
    const button = (label, act, props = {}) =>
      h('button', { type: 'button', ...props, on: { click: act } }, label);
    return h('div', { class: 'orders' },
      button('Save checkpoint', () => this.#order({ command: 'checkpoint' })),
      button('Pause', () => this.#order({ command: 'pause' })),
      button('Resume', () => this.#order({ command: 'resume' })),
      button('Roll back…', () => this.#rollback()),
      button('Stop…', () => this.#stop(), { class: 'danger' }));
  }

  /** Shows the commands, newest first; those that wait for a person stand apart. */
  update(commands) {
    const signature = JSON.stringify(commands.map((c) => [c.id, c.state, c.detail]));
    if (signature === this.#signature) return;
    this.#signature = signature;
    const newest = [...commands].sort((a, b) => Number(b.id) - Number(a.id) || 0);
    const waiting = newest.filter((c) => c.state === 'pending_approval');
    const rest = newest.filter((c) => c.state !== 'pending_approval');
    this.approvals.hidden = waiting.length === 0;
    this.#pending.replaceChildren(...waiting.map((c) => this.#approval(c)));
    this.#none.hidden = newest.length > 0;
    this.#record.replaceChildren(...rest.slice(0, MOST_SHOWN).map((c) => entry(c)));
  }

  #approval(command) {
    const answer = (verb) => () => this.#order({ [verb]: command.id });
    return h('li', { 'data-command': String(command.id) }, ...body(command),
      h('div', { class: 'orders' },
        h('button', { type: 'button', class: 'primary', on: { click: answer('approve') } }, 'Approve'),
        h('button', { type: 'button', on: { click: answer('reject') } }, 'Reject')));
  }

  async #order(order) {
    this.#failure.hidden = true;
    try {
      await post(`${runPath(this.#run)}/commands`, order);
    } catch (e) {
      setText(this.#failure, `Not sent: ${e.message}.`);
      this.#failure.hidden = false;
    }
    this.element.dispatchEvent(new CustomEvent('ordered'));
  }

  async #stop() {
    const sure = await ask('Stop this run?', [
      h('p', {}, 'The trainer saves a checkpoint and ends. It does not start again by itself.'),
    ], 'Stop the run', { danger: true });
    if (sure) await this.#order({ command: 'stop' });
  }

  async #rollback() {
    const { onset, lastStep } = this.#onset();
    const target = Math.max(0, (onset ?? lastStep) - STEPS_BEFORE_ONSET);
    const batch = await this.#batchAt(target);
    const answer = await ask('Roll back', [
      h('p', {}, finite(onset)
        ? `The oldest open incident began at step ${count(onset)}.`
        : 'No incident is open; the default is 100 steps back.'),
      field('To the newest checkpoint at or before step', 'to_step',
        { type: 'number', min: '0', max: String(lastStep), step: '1', required: true, value: String(target) }),
      field('Skip this many batches', 'count',
        { type: 'number', min: '0', step: '1', value: finite(batch) ? String(BATCHES_TO_SKIP) : '0' },
        '0 repeats the same data.'),
      field('from batch', 'from', { type: 'number', min: '0', step: '1', value: finite(batch) ? String(batch + 1) : '' }),
    ], 'Roll back', { danger: true });
    if (answer) await this.#order(rollbackOrder(answer));
  }

  // Which batch a step read is in its telemetry; a run that does not send it names its own.
  async #batchAt(step) {
    try {
      const found = await get(`${runPath(this.#run)}/series`,
        { measurement: 'train_step', fields: 'batch', from: Math.max(1, step), to: Math.max(1, step), buckets: 1 });
      return found.series[0]?.mean.at(-1) ?? null;
    } catch {
      return null;
    }
  }
}

/** The command of the dialog's answers; nothing is skipped without both numbers. */
export function rollbackOrder({ to_step: toStep, count: skipped, from }) {
  const order = { to_step: Number(toStep) };
  if (Number(skipped) > 0 && from !== '') {
    order.skip_batches = { from: Number(from), count: Number(skipped) };
  }
  return { command: 'rollback', arguments: order };
}

function body(command) {
  const when = [finite(command.step) ? `at step ${count(command.step)}` : '', ago(millis(command.time))].filter((t) => t && t !== '–').join(' · ');
  return [
    h('div', { class: 'command-line' }, h('strong', {}, sentence(command)),
      h('span', { class: `command-state ${command.state}` }, stateWords(command.state))),
    command.reason ? h('p', {}, command.reason) : null,
    command.detail ? h('p', { class: 'quiet' }, command.detail) : null,
    when ? h('p', { class: 'quiet' }, when) : null,
  ];
}

function entry(command) {
  return h('li', { 'data-command': String(command.id) }, ...body(command));
}
