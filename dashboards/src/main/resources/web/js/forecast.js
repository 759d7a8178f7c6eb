// SPDX-License-Identifier: Apache-2.0
// The forecast: where it points on the chart, and in words. Pure functions, tested with node.

import { count, finite, interval, layerName, number, percent } from './format.js';

/** Attention logits above this went with divergence in every paper the project draws on. */
export const ATTENTION_LOGIT_LIMIT = 1e4;

const NEGLIGIBLE = 0.02;

/** Share of its own ETA after which an alarm that was not renewed says nothing about now. */
const FRESH_SHARE = 0.25;

/**
 * The next crossing of the attention-logit limit, or null: from the open growth incident that comes
 * first and is fresh, else from the run's own forecast for its highest layer. ETAs count from the
 * alarm's step; one that has already passed is no forecast any more.
 *
 * @param tips per layer the newest live point: `{ layer, step, value }`
 */
export function crossing(incidents, runForecast, tips, lastStep) {
  const fromAlarms = incidents
    .filter((i) => i.open && i.kind === 'attention_logit_growth')
    .filter(({ latest: a }) => lastStep - a.step <= FRESH_SHARE * a.eta_steps)
    .map(({ latest: a }) => fromEta(a, a.layer, a.step, a.eta_steps, a.eta_low, a.eta_high, tips))
    .filter((c) => c && c.step > lastStep)
    .sort((a, b) => a.step - b.step);
  if (fromAlarms.length > 0) return fromAlarms[0];
  const top = highest(tips);
  if (!runForecast || !top) return null;
  const { eta_steps: eta, low, high } = runForecast;
  const found = fromEta({ value: top.value }, top.layer, lastStep, eta, low, high, tips);
  return found && found.step > lastStep ? found : null;
}

function highest(tips) {
  return tips.reduce((best, tip) => (best && best.value >= tip.value ? best : tip), null);
}

function fromEta(alarm, layer, step, eta, low, high, tips) {
  const tip = tips.find((t) => String(t.layer) === String(layer));
  const start = tip && tip.step >= step ? tip : { step, value: alarm.value };
  const threshold = finite(alarm.threshold) ? alarm.threshold : ATTENTION_LOGIT_LIMIT;
  if (!finite(eta) || eta <= 0 || !finite(start.value) || start.value <= 0) return null;
  if (start.value >= threshold) return null;
  return {
    layer,
    threshold,
    fromStep: start.step,
    fromValue: start.value,
    step: step + eta,
    low: Math.max(start.step, step + (finite(low) ? low : eta)),
    high: finite(high) ? step + high : Infinity,
  };
}

/** Right end of the step axis: room for the forecast, but at most a third of the chart. */
export function axisEnd(first, last, next) {
  if (!next) return last;
  const wanted = finite(next.high) ? next.high : next.step + (next.step - next.low);
  return Math.min(Math.max(wanted, next.step), last + Math.max(20, (last - first) / 2)) + 1;
}

/**
 * Corner points `[step, value]` of the dashed line and of the band between the interval's ends.
 * Straight on a log axis, where exponential growth is a line. A band without upper end stays open
 * to `end`.
 */
export function geometry(next, end) {
  const from = [next.fromStep, next.fromValue];
  const line = [from, [next.step, next.threshold]];
  const low = [next.low, next.threshold];
  const band = finite(next.high)
    ? [from, low, [next.high, next.threshold]]
    : [from, low, [end, next.threshold], [end, next.fromValue]];
  return { line, band };
}

/** The forecast: `{ probability, within, detail }` in words. */
export function forecastWords(forecast, next, lastStep) {
  const probability = forecast?.probability;
  const horizon = forecast?.horizon_steps;
  return {
    probability: finite(probability) ? percent(probability) : null,
    within: finite(probability) && finite(horizon) ? `within ${count(horizon)} steps` : '',
    detail: detail(forecast, probability, next, lastStep),
  };
}

function detail(forecast, probability, next, lastStep) {
  if (next) {
    const layer = next.layer === null || next.layer === undefined ? '' : ` of ${layerName(next.layer)}`;
    const steps = interval(next.low - lastStep, next.high - lastStep);
    return `Attention logits${layer} cross ${number(next.threshold, 1)} in ${steps} steps,`
      + ` most likely at step ${count(next.step)}.`;
  }
  if (finite(forecast?.eta_steps)) {
    if (forecast.eta_steps <= 0) return 'The run is diverging now.';
    return `Divergence expected in ${interval(forecast.low, forecast.high)} steps.`;
  }
  if (!finite(probability)) {
    return forecast?.needs ? `No forecast: it needs ${forecast.needs}.` : 'Not enough steps yet for a forecast.';
  }
  return probability < NEGLIGIBLE ? 'No divergence in sight.' : 'No time of divergence can be given.';
}
