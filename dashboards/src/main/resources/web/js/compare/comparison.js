// SPDX-License-Identifier: Apache-2.0
// The runs of a comparison: reads them, and makes the curves of each chart.

import { post } from '../api.js';
import { STEP } from '../signals.js';
import { smoothingUnit } from '../smoothing.js';
import { axisField } from '../x-axis.js';
import { comparisonAxis } from './compare-axis.js';
import { groupCurves, runCurves, stepsOf } from './compare-model.js';
import { ComparedRun, curvesOf } from './compared-run.js';
import { groupsBy, valueText } from './config-difference.js';
import { lookOf } from './run-look.js';

// As many as a chart of half the page can show apart; extremes are kept in any case.
const BUCKETS = 300;

const WHOLE = { from: null, to: null };

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

  /** Reads all runs, or those that have grown; true when something is to be drawn anew. */
  async load(charts, { x, range }, { all }, signal) {
    const { due, changed } = all ? { due: this.entries, changed: true } : await this.#look(signal);
    if (signal.aborted || due.length === 0) return changed;
    await this.#readAxis(x, due, signal);
    const ofSteps = axisField(x) === null;
    const asked = curvesOf(charts);
    const span = { from: this.axis.fromLink(range.from), to: this.axis.fromLink(range.to) };
    await this.#read(due.filter(({ key }) => ofSteps || this.axis.holds(key)), asked,
      ({ key }) => (ofSteps ? wholeSteps(span) : this.axis.stepsOf(key, span)),
      ({ run }, curves) => run.draw(charts, asked, curves), signal);
    this.#place(x);
    return true;
  }

  /** Reads what is said of the runs that may grow: `due` are those with steps that their curves lack. */
  async #look(signal) {
    const open = this.entries.filter(({ run }) => run.open);
    const states = () => JSON.stringify(open.map(({ run }) => [run.summary?.state, run.summary?.loss]));
    const before = states();
    const due = [];
    await this.#read(open, [], () => WHOLE, (entry, curves, more) => { if (more) due.push(entry); }, signal);
    return { due, changed: states() !== before };
  }

  /** Reads the field that the horizontal axis is made of, over whole runs; there is none for steps. */
  async #readAxis(x, entries, signal) {
    const field = axisField(x);
    if (field !== null) {
      await this.#read(entries, [{ measurement: STEP, layer: null, fields: [field] }], () => WHOLE,
        ({ run }, [curve]) => run.placeBy(curve), signal);
    }
    this.#place(x);
  }

  #place(x) {
    this.axis = comparisonAxis(x, this.#known.map(({ key, run }) => ({
      key, steps: run.steps, batchTokens: run.configuration.batch_tokens,
    })));
  }

  /** Reads `curves` of the steps `stepsOf(entry)`, and hands to `take(entry, curves, whether it has grown)`. */
  async #read(entries, curves, stepsOf, take, signal) {
    if (entries.length === 0) return;
    const { runs } = await post('/api/v1/comparison', {
      runs: entries.map((entry) => ({ run: entry.name, ...stepsOf(entry) })), curves, buckets: BUCKETS,
    }, signal);
    entries.forEach((entry, i) => take(entry, runs[i].curves, entry.run.describe(runs[i].summary)));
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

// A link may have been written by hand.
function wholeSteps({ from, to }) {
  const step = (value, round) => (value === null ? null : Math.min(Math.max(0, round(value)), Number.MAX_SAFE_INTEGER));
  return { from: step(from, Math.floor), to: step(to, Math.ceil) };
}
