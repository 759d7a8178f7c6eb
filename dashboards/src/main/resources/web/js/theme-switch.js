// SPDX-License-Identifier: Apache-2.0
// Light, dark, or as the system is: chosen by a button, kept by this browser.

import { h } from './dom.js';
import { keep, kept } from './kept.js';

const KEY = 'theme';
const NEXT = { system: 'light', light: 'dark', dark: 'system' };
const SIGN = { system: '◐', light: '☀', dark: '☾' };
const system = matchMedia('(prefers-color-scheme: dark)');

function chosen() {
  const theme = kept(KEY);
  return theme in NEXT ? theme : 'system';
}

function apply() {
  const dark = chosen() === 'system' ? system.matches : chosen() === 'dark';
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
}

/** A button that goes from one theme to the next. */
export function themeSwitch() {
  const sign = h('span', { 'aria-hidden': 'true' });
  const button = h('button', { type: 'button', class: 'theme-switch', on: { click: () => turn() } }, sign);
  const show = () => {
    sign.textContent = SIGN[chosen()];
    button.title = `Colours: ${chosen()}. Click for ${NEXT[chosen()]}.`;
    button.setAttribute('aria-label', button.title);
  };
  const turn = () => {
    const next = NEXT[chosen()];
    keep(KEY, next === 'system' ? null : next);
    apply();
    show();
  };
  system.addEventListener('change', apply);
  apply();
  show();
  return button;
}
