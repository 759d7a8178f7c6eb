// SPDX-License-Identifier: Apache-2.0
// What can be done with the selected runs: compare, describe, archive, delete.

import { patch, remove, runPath } from '../api.js';
import { comparisonHref, MOST_RUNS } from '../compare/compare-link.js';
import { askDescription, changedOnly, tagsIn } from '../description-dialog.js';
import { ask, field, h, setText } from '../dom.js';
import { count } from '../format.js';
import { keepName, nameField, storedName } from '../person.js';
import { changeAll, changedTags, outcomeText, runs } from './bulk.js';

export class SelectionBar {
  #names = [];
  #runOf;
  #onChanged;
  #count = h('strong', {});
  #compare = h('a', { class: 'button', href: '#/compare' }, 'Compare');
  #archive = this.#button('Archive', () => this.#setArchived(true));
  #unarchive = this.#button('Unarchive', () => this.#setArchived(false));
  #outcome = h('p', { class: 'outcome', role: 'status', tabindex: '-1', hidden: true });
  #bar = h('div', { class: 'selection-bar', role: 'group', 'aria-label': 'Selected runs', hidden: true },
    this.#count, this.#compare, this.#button('Tags and notes…', () => this.#describe()), this.#archive, this.#unarchive,
    this.#button('Delete…', () => this.#delete(), 'danger'), this.#button('Clear selection', () => this.#onChanged([])));
  element = h('div', { class: 'selection' }, this.#bar, this.#outcome);

  /** `runOf(name)` gives what the list knows of a run; `onChanged(selected)` hears what stays selected. */
  constructor(runOf, onChanged) {
    this.#runOf = runOf;
    this.#onChanged = onChanged;
  }

  #button(label, act, cls = null) {
    return h('button', { type: 'button', class: cls, on: { click: act } }, label);
  }

  /** Shows what can be done with these runs. */
  update(names) {
    if (this.#names.length === 0 && names.length > 0) this.#outcome.hidden = true; // of the selection before
    this.#names = names;
    this.#bar.hidden = names.length === 0;
    if (names.length === 0) return;
    setText(this.#count, `${runs(names.length)} selected`);
    this.#compare.hidden = names.length < 2 || names.length > MOST_RUNS;
    this.#compare.href = comparisonHref(names);
    this.#archive.hidden = !names.some((name) => this.#runOf(name)?.archived !== true);
    this.#unarchive.hidden = !names.some((name) => this.#runOf(name)?.archived === true);
  }

  async #change(names, change, verb, doing) {
    const outcome = await changeAll(names, change, (n) => this.#say(`${doing} ${count(n)} of ${runs(names.length)}…`));
    this.#say(outcomeText(outcome, verb), outcome.failed.length > 0);
    this.#outcome.focus(); // the bar, and the button that was clicked, may go away
    this.#onChanged(outcome.failed.map(({ name }) => name));
  }

  #say(text, failed = false) {
    this.#outcome.hidden = false;
    this.#outcome.classList.toggle('error', failed);
    setText(this.#outcome, text);
  }

  #setArchived(archived) {
    const names = this.#names.filter((name) => (this.#runOf(name)?.archived === true) !== archived);
    const [verb, doing] = archived ? ['archived', 'Archiving'] : ['unarchived', 'Unarchiving'];
    return this.#change(names, (name) => patch(runPath(name), { archived, by: storedName() || undefined }), verb, doing);
  }

  async #delete() {
    const names = this.#names;
    const one = names.length === 1;
    const wanted = one ? names[0] : String(names.length);
    const answer = await ask(one ? 'Delete this run?' : `Delete ${runs(names.length)}?`, [
      h('p', {}, 'The monitor removes everything that it has of it for good: values, alarms, commands, tags and notes.'
        + ' The audit log keeps that it was deleted.'),
      one ? h('p', { class: 'doomed' }, names[0]) : h('ul', { class: 'doomed' }, ...names.map((name) => h('li', {}, name))),
      confirmation(one ? 'Type the name of the run to confirm' : `Type ${wanted}, the number of runs, to confirm`, wanted),
      nameField(),
    ], one ? 'Delete the run' : `Delete ${runs(names.length)}`, { danger: true });
    if (!answer) return;
    const by = keepName(answer.by);
    await this.#change(names, (run) => remove(runPath(run), { by }), 'deleted', 'Deleting');
  }

  #describe() {
    return this.#names.length === 1 ? this.#describeOne(this.#names[0]) : this.#describeMany(this.#names);
  }

  async #describeOne(name) {
    const { tags = [], notes = '', archived = false } = this.#runOf(name) ?? {};
    const change = await askDescription({ tags, notes, archived });
    if (change) await this.#change([name], (run) => patch(runPath(run), change), 'changed', 'Changing');
  }

  async #describeMany(names) {
    const answer = await ask(`Tags of ${runs(names.length)}`, [
      field('Add tags', 'added', {}, 'Separated by commas.'),
      field('Remove tags', 'removed', {}, 'Separated by commas. Notes are edited one run at a time.'),
      nameField(),
    ], 'Save');
    if (!answer) return;
    const by = keepName(answer.by);
    const [added, removed] = [tagsIn(answer.added), tagsIn(answer.removed)];
    const changes = new Map();
    for (const name of names) {
      const tags = this.#runOf(name)?.tags ?? [];
      const change = changedOnly({ tags }, { tags: changedTags(tags, added, removed) });
      if (change) changes.set(name, { ...change, by });
    }
    await this.#change([...changes.keys()], (name) => patch(runPath(name), changes.get(name)), 'changed', 'Changing');
  }
}

// A deletion cannot be taken back, so a click too many must not be enough for it.
function confirmation(label, wanted) {
  const typed = (text) => text.replace(/\s+/g, ' ').trim(); // an input holds no line breaks, a name may
  const check = (input) => input.setCustomValidity(typed(input.value) === typed(wanted) ? '' : `Type ${wanted} to confirm.`);
  const labelled = field(label, 'confirm', { required: true, autocomplete: 'off', on: { input: (event) => check(event.target) } });
  check(labelled.querySelector('input'));
  return labelled;
}
