// SPDX-License-Identifier: Apache-2.0
// What the head of a run's page says of its newest values and of what is to come.

import { ATTENTION_LOGIT_LIMIT, crossing } from './forecast.js';
import { ENDED } from './run-header.js';
import { chartName, chartOf } from './signals.js';

const ABSURD_LOGIT = ATTENTION_LOGIT_LIMIT * 1e6;

const [LOGITS, LOSS, GRADIENT] = ['attention_logit_max', 'loss', 'grad_norm'].map((name) => chartOf(name));

/** Charts whose curves the head needs, whether they are shown or not. */
export const HEAD_CHARTS = [LOGITS, LOSS, GRADIENT];

/**
 * `{ next, newest }`: the crossing that is forecast, or null, and the newest values. Where the charts end at
 * `range.to`, these are what the run's answers have.
 */
export function outlook(data, incidents, { state, forecast }, range, signals) {
  const tips = data.tips(LOGITS).filter((t) => t.value < ABSURD_LOGIT);
  const next = ENDED.includes(state) ? null : crossing(incidents, forecast, tips, data.lastStep);
  const step = data.lastStep;
  const gradient = signals.find((signal) => chartName(signal) === GRADIENT.key);
  if (range.to !== null) {
    return { next, newest: { step, gradNorm: gradient?.last_value } };
  }
  const [loss, norm] = [LOSS, GRADIENT].map((chart) => data.tips(chart)[0]);
  return {
    next,
    newest: {
      step,
      loss: loss?.exact ? loss.value : undefined, // the run's answer has it
      gradNorm: norm?.exact ? norm.value : (gradient?.last_value ?? norm?.value),
      top: tips.reduce((a, b) => (a && a.value >= b.value ? a : b), null),
    },
  };
}
