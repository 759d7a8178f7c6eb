// SPDX-License-Identifier: Apache-2.0
// The charts, in the order they are read: what moves first stands first.

import { ATTENTION_LOGIT_LIMIT } from './forecast.js';

export const STEP = 'train_step';
export const LAYER = 'train_layer';

/** Each chart: field, scale, unit, definition, and the alarm kinds marked on it. */
export const CHARTS = [
  {
    field: 'attention_logit_max', measurement: LAYER, title: 'Maximum attention logit', unit: 'nats',
    log: true, wide: true, limit: ATTENTION_LOGIT_LIMIT,
    kinds: ['attention_logit_growth', 'forecast_divergence'],
    meaning: 'Largest q·k/√d_h over batch, heads and unmasked positions, per layer. Grows exponentially'
      + ' before an attention-logit divergence; runs above 10⁴ have diverged.',
  },
  {
    field: 'loss', measurement: STEP, title: 'Loss', unit: 'nats per token', all: true,
    meaning: 'Mean cross-entropy, without auxiliary terms. Marks of all incidents; ✕ where values were'
      + ' not finite.',
  },
  {
    field: 'grad_norm', measurement: STEP, title: 'Gradient norm', unit: 'L2', log: true,
    kinds: ['gradient_spike', 'epsilon_floor', 'nonfinite'],
    meaning: 'Global L2 norm of the gradient before clipping.',
  },
  {
    field: 'attention_entropy', measurement: LAYER, title: 'Attention entropy', unit: 'nats',
    kinds: ['attention_entropy_collapse'],
    meaning: 'Mean over batch, heads and queries of −Σ a ln a, per layer. Near zero, each query looks at'
      + ' one position only and hardly any gradient passes.',
  },
  {
    field: 'update_rms', measurement: STEP, title: 'Update RMS', unit: 'before learning rate',
    kinds: ['update_spike', 'adam_bimodality'],
    meaning: 'RMS over all parameters of the optimizer’s direction; for AdamW of m̂/(√v̂+ε).',
  },
  {
    field: 'learning_rate', measurement: STEP, title: 'Learning rate', unit: '', kinds: [],
    meaning: 'Learning rate at this step.',
  },
];

const FIXED = new Map(CHARTS.map((chart) => [chart.field, chart]));

/** Names of the six charts that the page begins with, as in links. */
export const FIXED_NAMES = [...FIXED.keys()];

/** Measurements whose lines count what cannot be drawn. */
const COUNTED = [STEP, LAYER];

/** Fields to ask of the API, per measurement; `nonfinite` counts what cannot be drawn. */
export function fieldsOf(charts, measurement) {
  const fields = [...new Set(charts.filter((c) => c.measurement === measurement).map((c) => c.field))];
  return COUNTED.includes(measurement) ? [...fields, 'nonfinite'] : fields;
}

/** The measurements of some charts. */
export function measurementsOf(charts) {
  return [...new Set(charts.map((c) => c.measurement))];
}

/** Name of a signal's chart, as in links: `loss` for one of the six, `train_step.kl` for another. */
export function chartName({ measurement, name }) {
  return FIXED.get(name)?.measurement === measurement ? name : `${measurement}.${name}`;
}

/** A chart's name as this page writes it, `loss` for `train_step.loss`; null for what is no name. */
export function knownName(text) {
  if (FIXED.has(text)) return text;
  const dot = text.indexOf('.');
  if (dot < 1 || dot === text.length - 1) return null;
  return chartName({ measurement: text.slice(0, dot), name: text.slice(dot + 1) });
}

/** The chart of any number: by its name in a link, and what the API says of it, if anything: then it is `told`. */
export function chartOf(name, signal = undefined) {
  if (FIXED.has(name)) return { ...FIXED.get(name), key: name, told: true };
  const dot = name.indexOf('.');
  const measurement = name.slice(0, dot);
  const field = name.slice(dot + 1);
  return {
    key: name,
    told: signal !== undefined,
    field,
    measurement,
    title: field,
    unit: !signal?.unit || signal.unit === '1' ? '' : signal.unit,
    kinds: signal?.judged_by ?? [],
    meaning: signal?.definition ?? `The field ${field} of ${measurement}, as the run sends it.`,
  };
}

/** Signals whose names hold the text, by measurement in the order in which they came. */
export function grouped(signals, text) {
  const wanted = text.trim().toLowerCase();
  const groups = new Map();
  for (const signal of signals) {
    if (!`${signal.measurement}.${signal.name}`.toLowerCase().includes(wanted)) continue;
    if (!groups.has(signal.measurement)) groups.set(signal.measurement, []);
    groups.get(signal.measurement).push(signal);
  }
  return [...groups].map(([measurement, members]) => ({ measurement, signals: members }));
}
