// SPDX-License-Identifier: Apache-2.0
// A run's state as a small label; the tone decides the colour, the word carries the meaning.

import { h, setText } from './dom.js';
import { words } from './format.js';

const TONES = {
  running: 'well',
  alarming: 'bad',
  diverged: 'bad',
  failed: 'bad',
  stalled: 'warn',
  lost: 'warn',
  paused: 'still',
  killed: 'still',
  finished: 'done',
  stopped: 'done',
};

/** An empty label. */
export function statePill(state = '') {
  const pill = h('span', { class: 'state' }, h('i', { 'aria-hidden': 'true' }), h('span', {}));
  updatePill(pill, state);
  return pill;
}

/** Sets the label's state. */
export function updatePill(pill, state) {
  pill.dataset.tone = TONES[state] ?? 'still';
  setText(pill.lastElementChild, words(state));
}
