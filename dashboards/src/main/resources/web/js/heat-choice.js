// SPDX-License-Identifier: Apache-2.0
// Beside a heat map: all layers, or the heads of one.

import { h } from './dom.js';
import { layerName } from './format.js';

const MOST_CHOICES = 300;

export class HeatChoice {
  #signature = '';
  element;

  /** `choose(layer)`: null for all layers. */
  constructor(title, choose) {
    this.element = h('select', { hidden: true, class: 'heat-choice', 'aria-label': `Rows of ${title}` });
    this.element.addEventListener('change', () => choose(this.element.value || null));
  }

  /**
   * Shows which is chosen; `chosen` undefined hides it.
   *
   * @param layers those the run sends
   * @param heads number of heads; without one there is nothing to choose
   */
  update(chosen, layers, heads) {
    this.element.hidden = chosen === undefined;
    const numbered = layers.filter((layer) => /^\d+$/.test(layer)).slice(0, MOST_CHOICES);
    const signature = JSON.stringify([numbered, heads]);
    if (signature !== this.#signature) {
      this.#signature = signature;
      this.element.replaceChildren(h('option', { value: '' }, 'all layers'),
        ...numbered.map((layer) => h('option', { value: layer }, `heads of ${layerName(layer)}`)));
      this.element.disabled = !(heads > 0);
      this.element.title = heads > 0 ? '' : 'The run’s configuration does not say how many heads there are.';
    }
    this.element.value = chosen ?? '';
  }
}
