// SPDX-License-Identifier: Apache-2.0
// Charts that every run's page shows: pinned in this browser, or else named in the monitor's configuration.

import { get } from './api.js';
import { keep, kept } from './kept.js';
import { FIXED_NAMES, knownName } from './signals.js';

const KEY = 'pins';

let configured = null;

/** Charts named in the configuration, beside the six; asked for once. */
export function configuredCharts() {
  configured ??= get('/api/v1/page').then(({ charts }) => pinnable(charts), () => []);
  return configured;
}

/** Charts pinned in this browser, from the text that it keeps; null where nobody ever pinned one. */
export function pinnedCharts(text = kept(KEY)) {
  try {
    const names = JSON.parse(text);
    return Array.isArray(names) ? pinnable(names) : null;
  } catch {
    return null; // another program's text
  }
}

/** Pins a chart or takes its pin off. The first pin keeps what is `usual` by the configuration. */
export function togglePin(name, usual) {
  keep(KEY, JSON.stringify(withPin(pinnedCharts() ?? usual, name)));
}

/** The pins with one more, or without the one that is there. */
export function withPin(names, name) {
  return names.includes(name) ? names.filter((other) => other !== name) : [...names, name];
}

/** The view of a page that opens: what the link chose, or else this browser's pins or the configuration's. */
export function openingView(view, pins, usual) {
  const charts = pins ?? usual;
  return view.charts === null && view.only.length === 0 && charts.length > 0 ? { ...view, charts } : view;
}

function pinnable(names) {
  return [...new Set((names ?? []).filter((name) => typeof name === 'string').map(knownName))]
    .filter((name) => name !== null && !FIXED_NAMES.includes(name));
}
