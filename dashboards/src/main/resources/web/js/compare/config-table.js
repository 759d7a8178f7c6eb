// SPDX-License-Identifier: Apache-2.0
// The configurations of the compared runs side by side: what differs first, what is equal folded.

import { h, setText } from '../dom.js';
import { count, number } from '../format.js';
import { runLink } from '../routes.js';
import { statePill } from '../state-pill.js';
import { configurationFields, valueText } from './config-difference.js';
import { swatch } from './swatch.js';

export class ConfigTable {
  #differing = h('div', { class: 'config-scroll', tabindex: '0', role: 'region', 'aria-label': 'Differences of configurations' });
  #equalTitle = h('summary', {});
  #equal = h('dl', { class: 'facts' });
  #box = h('details', { class: 'config-equal' }, this.#equalTitle, this.#equal);
  #key = '';
  element = h('section', { class: 'config-difference' }, h('h2', {}, 'Differences of configurations'), this.#differing, this.#box);

  /** Shows runs `{ name, look, run }`, only those that the monitor knows. */
  update(entries) {
    const fields = configurationFields(entries.map(({ run }) => run.configuration));
    const rows = [...heads(entries), ...fields.filter((f) => f.differs).map(({ field, values }) => ({
      name: field, cells: values.map(valueText), differs: true,
    }))];
    const equal = fields.filter((f) => !f.differs);
    const key = JSON.stringify([entries.map(({ name, look }) => [name, look]), rows, equal]);
    this.element.hidden = entries.length === 0;
    if (key === this.#key) return;
    this.#key = key;
    const differing = rows.some((row) => row.differs);
    this.#differing.replaceChildren(h('table', { class: 'config-table' },
      h('thead', {}, h('tr', {}, h('td', {}), ...entries.map(({ name, look }) => h('th', { scope: 'col' },
        h('a', { href: runLink(name) }, swatch(look), ` ${look.label} ${name}`))))),
      h('tbody', {}, ...rows.map((row) => h('tr', { class: row.differs ? 'differs' : null },
        h('th', { scope: 'row' }, row.name), ...row.cells.map((cell) => h('td', {}, row.state ? statePill(cell) : cell)))))),
    ...(differing ? [] : [h('p', { class: 'quiet' }, 'Their configurations do not differ.')]));
    this.#box.hidden = equal.length === 0;
    setText(this.#equalTitle, `${equal.length} ${equal.length === 1 ? 'field is' : 'fields are'} equal in all runs`);
    this.#equal.replaceChildren(...equal.flatMap(({ field, values }) => [h('dt', {}, field), h('dd', {}, valueText(values[0]))]));
  }
}

function heads(entries) {
  const summaries = entries.map(({ run }) => run.summary);
  const tags = summaries.map(({ tags, configuration }) => tags ?? String(configuration?.tags ?? '').split(',').filter(Boolean));
  return [
    { name: 'state', state: true, cells: summaries.map(({ state }) => state) },
    { name: 'last step', cells: summaries.map(({ last_step: step }) => count(step)) },
    { name: 'last loss', cells: summaries.map(({ loss }) => number(loss)) },
    ...(tags.some((own) => own.length > 0) ? [{ name: 'tags', cells: tags.map((own) => own.join(', ') || '–') }] : []),
  ];
}
