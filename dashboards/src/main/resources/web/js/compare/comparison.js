// SPDX-License-Identifier: Apache-2.0
// The runs of a comparison: reads them, and makes the curves of each chart.

import { axisField } from '../x-axis.js';
import { smoothingUnit } from '../smoothing.js';
import { comparisonAxis } from './compare-axis.js';
import { groupCurves, runCurves, stepsOf } from './compare-model.js';
import { ComparedRun } from './compared-run.js';
import { groupsBy, valueText } from './config-difference.js';
import { lookOf } from './run-look.js';

export class Comparison {
  #runs = new Map(); // name → ComparedRun
  axis = comparisonAxis('step', []);

  /** The runs in their places, `{ key, place, name, run }`; those that are gone are forgotten. */
  place(places) {
    const kept = places.flatMap((name, place) => (name === null ? [] : [{ key: String(place), place, name }]));
    this.#runs = new Map(kept.map(({ name }) => [name, this.#runs.get(name) ?? new ComparedRun(name)]));
    this.entries = kept.map((entry) => ({ ...entry, run: this.#runs.get(entry.name) }));
    return this.entries;
  }

  entries = [];

  get #known() {
    return this.entries.filter(({ run }) => run.summary !== null);
  }

  /**
   * Reads all runs, or those that may have grown; true when curves were read. What one run cannot have,
   * the others show all the same: its `problem` says why.
   */
  async load(charts, { x, range }, { all }, signal) {
    const grown = await Promise.all(this.entries.map(async ({ run }) =>
      ((all || run.open) && (await run.look(signal))) || all));
    if (signal.aborted || !grown.includes(true)) return false;
    const due = this.entries.filter(({ run }, i) => grown[i] && run.summary !== null);
    const field = axisField(x);
    await Promise.all(due.map(({ run }) => run.loadSteps(field, signal)));
    this.axis = comparisonAxis(x, this.#known.map(({ key, run }) => ({
      key, steps: run.steps, batchTokens: run.configuration.batch_tokens,
    })));
    const span = { from: this.axis.fromLink(range.from), to: this.axis.fromLink(range.to) };
    await Promise.all(due.filter(({ key }) => this.axis.holds(key)).map(({ key, run }) =>
      run.load(charts, this.axis.stepsOf(key, span), signal)));
    return true;
  }

  /** The curves of a chart, of runs or of groups. */
  curves(chart, { log, smooth, group, colors }) {
    const runs = this.#known.filter(({ key }) => this.axis.holds(key)).map(({ key, place, name, run }) => ({
      key, name, look: lookOf(place, colors), place: this.axis.place(key), ...run.curve(chart),
    }));
    const shown = stepsOf(runs);
    const unit = shown ? smoothingUnit(shown.from, shown.to) : 1;
    const curves = runCurves(runs, { log, smooth, unit });
    return group === '' ? curves : groupCurves(curves, this.groups(group, colors));
  }

  /** The groups by a field, in the colour of their first run and with a letter: `{ key, name, look, members }`. */
  groups(field, colors) {
    const entries = this.#known;
    return groupsBy(entries.map(({ run }) => run.configuration), field).map(({ value, members }, i) => {
      const first = entries[members[0]];
      const text = value === undefined ? `${field} not sent` : `${field} = ${valueText(value)}`;
      return {
        key: `group-${first.key}`,
        name: `${text}, n = ${members.length}`,
        look: { ...lookOf(first.place, colors), label: String.fromCharCode('A'.charCodeAt(0) + i) },
        members: members.map((member) => entries[member].key),
      };
    });
  }

  /** Layers that a measurement has in any of the runs. */
  layers(measurement) {
    return new Set(this.entries.flatMap(({ run }) => [...(run.layers.get(measurement) ?? [])]));
  }
}
