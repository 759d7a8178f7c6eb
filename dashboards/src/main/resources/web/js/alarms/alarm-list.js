// SPDX-License-Identifier: Apache-2.0
// Open incidents, then the closed ones by day. An unchanged incident keeps its element, and the focus.

import { h, setText } from '../dom.js';
import { count } from '../format.js';
import { byDay } from './alarm-days.js';
import { AlarmItem } from './alarm-item.js';
import { keyOf } from './alarm-view.js';

export class AlarmList {
  #items = new Map();
  #onAcknowledge;
  #title = h('h2', { id: 'open-title' }, 'Open');
  #open = h('ul', { class: 'alarms' });
  #none = h('p', { class: 'quiet' });
  #openBox = h('section', { 'aria-labelledby': 'open-title' }, this.#title, this.#none, this.#open);
  #days = h('div', { class: 'days' });
  element = h('div', { class: 'alarm-list' }, this.#openBox, this.#days);

  constructor(onAcknowledge) {
    this.#onAcknowledge = onAcknowledge;
  }

  /** Shows open and closed incidents in the order given; null for a part that is not asked for. */
  update(open, closed, whenNoneIsOpen) {
    const focused = document.activeElement?.closest?.('[data-incident]');
    const wasButton = document.activeElement?.matches?.('button');
    const shown = [...open ?? [], ...closed ?? []];
    const elements = new Map(shown.map((incident) => [keyOf(incident), this.#item(incident)]));
    for (const key of this.#items.keys()) if (!elements.has(key)) this.#items.delete(key);
    this.#openBox.hidden = open === null;
    setText(this.#title, open?.length > 0 ? `Open (${count(open.length)})` : 'Open');
    this.#none.hidden = open?.length > 0;
    setText(this.#none, whenNoneIsOpen);
    const of = (incidents) => incidents.map((incident) => elements.get(keyOf(incident)));
    place(this.#open, of(open ?? []));
    const days = byDay(closed ?? []);
    const layout = JSON.stringify(days.map(({ day, incidents }) => [day, incidents.length]));
    if (this.#days.dataset.layout !== layout) {
      this.#days.dataset.layout = layout;
      this.#days.replaceChildren(...days.map(({ day, incidents }) => h('section', { 'aria-label': `Closed, ${day}` },
        h('h2', {}, day, h('span', { class: 'quiet' }, ` ${count(incidents.length)} closed`)), h('ul', { class: 'alarms' }))));
    }
    [...this.#days.querySelectorAll('ul')].forEach((list, i) => place(list, of(days[i].incidents)));
    if (focused) this.#restore(focused.dataset.incident, wasButton);
  }

  /** Brings an incident into view. */
  show(incident) {
    this.#items.get(keyOf(incident))?.item.focus();
  }

  #item(incident) {
    const key = keyOf(incident);
    const signature = JSON.stringify(incident);
    const known = this.#items.get(key);
    if (known?.signature === signature) {
      known.item.refresh();
      return known.item.element;
    }
    const item = new AlarmItem(incident, this.#onAcknowledge);
    this.#items.set(key, { signature, item });
    return item.element;
  }

  #restore(incident, button) {
    if (document.activeElement?.closest?.('[data-incident]')) return;
    const item = this.element.querySelector(`[data-incident="${CSS.escape(incident)}"]`);
    item?.querySelector(button ? 'button' : 'a')?.focus({ preventScroll: true });
  }
}

function place(list, elements) {
  const same = list.children.length === elements.length && elements.every((e, i) => list.children[i] === e);
  if (!same) list.replaceChildren(...elements);
}
