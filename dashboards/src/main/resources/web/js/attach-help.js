// SPDX-License-Identifier: Apache-2.0
// What a monitor without runs shows: for each kind of program the line that sends its run here.

import { hasToken } from './api.js';
import { attachLines } from './attach-lines.js';
import { copyButton } from './copy-button.js';
import { h } from './dom.js';
import { keep, kept } from './kept.js';

const KEY = 'attach';

/** The help, with this monitor's own address in the lines. */
export function attachHelp(origin = location.origin) {
  const ways = attachLines(origin, hasToken());
  const shown = h('div', { class: 'attach-way', role: 'tabpanel', id: 'attach-way', tabindex: '0' });
  const tabs = ways.map((way) => h('button', {
    type: 'button', role: 'tab', 'aria-controls': 'attach-way', on: { click: () => choose(way) },
  }, way.name));
  const choose = (way) => {
    tabs.forEach((tab, i) => {
      tab.setAttribute('aria-selected', String(ways[i] === way));
      tab.tabIndex = ways[i] === way ? 0 : -1;
    });
    shown.setAttribute('aria-label', way.name);
    shown.replaceChildren(command(way.text), h('p', { class: 'quiet' }, way.note));
    keep(KEY, way.name);
  };
  const list = h('div', { class: 'attach-tabs', role: 'tablist', 'aria-label': 'Your program' }, ...tabs);
  list.addEventListener('keydown', (event) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    const at = (tabs.indexOf(document.activeElement) + by + tabs.length) % tabs.length;
    choose(ways[at]);
    tabs[at].focus();
    event.preventDefault();
  });
  choose(ways.find((way) => way.name === kept(KEY)) ?? ways[0]);
  return h('section', { class: 'attach' },
    h('h2', {}, 'No run has reported yet'),
    h('p', {}, 'How do you train? Copy the line; the run appears here with its first step.'),
    list, shown);
}

function command(text) {
  const code = h('code', {}, text);
  return h('div', { class: 'command' }, h('pre', { tabindex: '0' }, code), copyButton(code));
}
