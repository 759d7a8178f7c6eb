// SPDX-License-Identifier: Apache-2.0
// The view of a run's page, and the address that restores it: each change is written there.

import { configuredCharts, openingView, pinnedCharts } from './pins.js';
import { throttle } from './throttle.js';
import { readView, viewQuery, withoutLayout, withView } from './view-state.js';

const WRITE_MILLIS = 300; // browsers refuse a page that changes its address all the time

export class ViewLink {
  #view;
  #usual = [];
  #signal;
  #write = throttle(() => this.#signal.aborted
    || history.replaceState(history.state, '', withView(location.href, this.#view)), WRITE_MILLIS);

  /** `query` is the link's; `configured(view)` is called where the monitor's configuration names charts. */
  constructor(query, configured, signal) {
    this.#signal = signal;
    this.#view = openingView(readView(query), pinnedCharts(), []);
    if (this.#view.charts !== null) this.#write(); // pins are part of what the link restores for others
    configuredCharts().then((names) => {
      this.#usual = names;
      const view = openingView(this.#view, pinnedCharts(), names);
      if (view !== this.#view && !signal.aborted) configured(view);
    });
  }

  get view() {
    return this.#view;
  }

  set view(view) {
    this.#view = view;
    this.#write();
  }

  /** Charts that the configuration names beside the six. */
  get usual() {
    return this.#usual;
  }

  /** The view with the layout of a page that nobody touched. */
  plain() {
    return openingView(withoutLayout(this.#view), pinnedCharts(), this.#usual);
  }

  /** Whether somebody touched the layout. */
  get touched() {
    return viewQuery(this.#view) !== viewQuery(this.plain());
  }
}
