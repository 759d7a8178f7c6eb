// SPDX-License-Identifier: Apache-2.0
// Which detectors judge the run, which are warming up, and what the others would need.

import { h, setText } from './dom.js';
import { judgedBadly, judgedGroups, judgedTitle } from './judged-model.js';

export class JudgedBox {
  #title = h('summary', {});
  #list = h('dl', { class: 'facts' });
  #warning = h('p', { class: 'quiet', hidden: true },
    'Only NaN and infinite values are judged: a run without incidents may still be unstable.');
  #signature = '';
  #box = h('details', { class: 'judged-box', 'data-part': 'judged', hidden: true }, this.#title, this.#list);
  element = h('div', { class: 'judged' }, this.#warning, this.#box);
  #wanted;

  /** `wanted` is called when the list is out of date and somebody looks at it. */
  constructor(wanted) {
    this.#wanted = wanted;
    this.#box.addEventListener('toggle', () => this.#box.open && this.#wanted());
  }

  /** Shows the numbers of the run's answer. While it is open and detectors warm up, asks for more. */
  update(judged) {
    const title = judgedTitle(judged);
    this.#box.hidden = title === '';
    this.#warning.hidden = !judgedBadly(judged);
    const changed = this.#title.textContent !== title;
    setText(this.#title, title);
    if (this.#box.open && (changed || judged?.warming_up > 0)) this.#wanted();
  }

  /** Shows the list of detectors; an unchanged one is left alone, so that a selection stays. */
  list(detectors) {
    const signature = JSON.stringify(detectors);
    if (signature === this.#signature) return;
    this.#signature = signature;
    const { judging, warming, missing } = judgedGroups(detectors);
    this.#list.replaceChildren(
      ...row('judging', judging.join(', ')),
      ...warming.flatMap(({ name, progress }) => row(name, `warming up: ${progress}`)),
      ...missing.flatMap(({ needs, names }) =>
        row(names.join(', '), `needs ${needs}`)));
  }
}

function row(name, text) {
  return [h('dt', {}, name), h('dd', {}, text)];
}
