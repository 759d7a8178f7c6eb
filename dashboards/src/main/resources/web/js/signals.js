// SPDX-License-Identifier: Apache-2.0
// The charts, in the order they are read: what moves first stands first.

import { ATTENTION_LOGIT_LIMIT } from './forecast.js';

const STEP = 'train_step';
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

/** Fields to ask of the API, per measurement; `nonfinite` counts what cannot be drawn. */
export function fieldsOf(measurement) {
  const fields = CHARTS.filter((c) => c.measurement === measurement).map((c) => c.field);
  return measurement === STEP ? [...fields, 'nonfinite'] : fields;
}

export const MEASUREMENTS = [STEP, LAYER];
