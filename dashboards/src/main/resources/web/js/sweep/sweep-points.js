// SPDX-License-Identifier: Apache-2.0
// The runs of a sweep as points: size, learning rate, and how each ended. Pure functions.

import { finite } from '../format.js';
import { ENDED } from '../run-header.js';
import { kindOf, sameCourse } from './sweep-kind.js';

/** As in `Outcomes.java`: a loss a tenth above that of a lower learning rate is unstable. */
const MARGIN = 0.1;
const SAME_SIZE = 0.01;
const SETTLED = 0.9; // of the planned steps

/** How a run ended, in the order of the legend: name, words, colour, ECharts symbol. */
export const OUTCOMES = {
  healthy: { words: 'healthy', color: 'well', symbol: 'circle' },
  unstable: { words: 'ended a tenth above a lower learning rate', color: 'warning', symbol: 'triangle' },
  diverged: { words: 'diverged', color: 'critical', symbol: 'path://M1 1 L9 9 M9 1 L1 9' },
  running: { words: 'in progress', color: 'accent', symbol: 'emptyCircle' },
  unknown: { words: 'ended early, or its end is unknown', color: 'muted', symbol: 'emptyDiamond' },
};

/**
 * The runs of one kind that have size and learning rate: `{ run, size, learningRate, loss, state, tags,
 * configuration, outcome, best }`, by size and learning rate, and the field that is compared as size.
 * Sizes are without embedding and head where all of these runs send them.
 */
export function pointsOf(summaries, kind) {
  const sized = summaries.filter((s) => hasPlace(s) && kindOf(s.configuration) === kind);
  const core = sized.length > 0 && sized.every(({ configuration: c }) => positive(c.parameters_non_embedding));
  const field = core ? 'parameters_non_embedding' : 'parameters';
  const points = sized.filter(({ configuration: c }) => positive(c[field])).map((summary) => ({
    run: summary.run,
    size: summary.configuration[field],
    learningRate: summary.configuration.learning_rate,
    loss: finite(summary.loss) ? summary.loss : null,
    state: summary.state,
    settled: isSettled(summary),
    tags: summary.tags ?? String(summary.configuration.tags ?? '').split(',').filter(Boolean),
    configuration: summary.configuration,
  })).sort((a, b) => a.size - b.size || a.learningRate - b.learningRate || a.run.localeCompare(b.run));
  const judged = points.map((point) => ({ ...point, outcome: outcomeOf(point, points) }));
  return { field, points: judged.map((point) => ({ ...point, best: isBest(point, judged) })) };
}

/** The kinds of the runs that have size and learning rate, the most frequent first: `[{ kind, runs }]`. */
export function kindsOf(summaries) {
  const counts = new Map();
  for (const { configuration } of summaries.filter(hasPlace)) {
    const kind = kindOf(configuration);
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return [...counts].map(([kind, runs]) => ({ kind, runs })).sort((a, b) => b.runs - a.runs);
}

/** The map as rows of CSV with a head: its runs, and below them the border where there is one. */
export function csvRows({ points, field }, { sizes, preflights }) {
  return [
    ['run', field, 'learning_rate', 'loss', 'end', 'lowest_loss_of_size'],
    ...points.map((p) => [p.run, p.size, p.learningRate, p.loss, p.outcome, p.best]),
    ...sizes.flatMap((size, i) => (finite(preflights[i].safe_learning_rate)
      ? [['', size, preflights[i].safe_learning_rate, '', 'predicted border', '']] : [])),
  ];
}

function positive(value) {
  return finite(value) && value > 0;
}

function hasPlace({ configuration: c }) {
  return positive(c.learning_rate) && (positive(c.parameters) || positive(c.parameters_non_embedding));
}

function isSettled({ state, last_step: step, configuration }) {
  return ENDED.includes(state) || state === 'diverged' || step >= SETTLED * (configuration.total_steps ?? Infinity);
}

function sameSize(a, b) {
  return Math.abs(Math.log(a.size / b.size)) < SAME_SIZE;
}

function outcomeOf(point, points) {
  if (point.state === 'diverged') return 'diverged';
  if (!point.settled) return 'running';
  const beaten = point.loss !== null && points.some((other) => other.settled && other.loss !== null && sameSize(point, other)
    && other.learningRate < point.learningRate && point.loss > (1 + MARGIN) * other.loss
    && sameCourse(point.configuration, other.configuration));
  if (beaten) return 'unstable';
  const reached = point.state === 'finished' || !ENDED.includes(point.state);
  return reached && point.loss !== null ? 'healthy' : 'unknown';
}

function isBest(point, points) {
  return point.outcome === 'healthy'
    && !points.some((other) => other.outcome === 'healthy' && sameSize(point, other) && other.loss < point.loss);
}
