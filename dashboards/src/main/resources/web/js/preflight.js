// SPDX-License-Identifier: Apache-2.0
// How earlier runs judge this one before it begins. Pure functions, tested with node.

import { count, finite, number, percent, words } from './format.js';

const VERDICTS = {
  stable: 'expected to stay stable',
  uncertain: 'uncertain',
  unstable: 'expected to be unstable',
};

/** A tenth beyond the ends is no matter. */
const OUTSIDE_DECADES = 0.04;

/** In a sentence or two; empty when nothing was said. */
export function preflightText(preflight) {
  if (!preflight) return '';
  const { verdict, basis, caveats, crossings } = preflight;
  if (!VERDICTS[verdict]) return `No runs to judge it by: ${caveats?.[0] ?? 'none of this kind'}.`;
  const likely = finite(preflight.probability)
    ? `${percent(preflight.probability)} likely to diverge or to end a tenth above the loss that a lower learning rate reaches`
    : 'all of them ended the same way, and this one is outside their range';
  const parts = [`By ${count(basis.settled)} finished runs of its kind, ${VERDICTS[verdict]}: ${likely}.`];
  for (const { signal, limit, step } of crossings ?? []) {
    parts.push(`${capital(words(signal))} is expected to pass ${number(limit, 1)} at step ${count(step)}.`);
  }
  if (finite(preflight.safe_learning_rate)) {
    const least = preflight.safe_up_to_the_highest ? 'at least ' : '';
    parts.push(`Highest safe learning rate: ${least}${number(preflight.safe_learning_rate, 2)}.`);
  } else {
    parts.push('No learning rate is known to be safe.');
  }
  const outside = [[basis.decades_outside_size, 'sizes'], [basis.decades_outside_rate, 'learning rates']]
    .filter(([decades]) => decades >= OUTSIDE_DECADES)
    .map(([decades, of]) => `${number(10 ** decades, 1)} times outside of their ${of}`);
  if (outside.length) parts.push(`It is ${outside.join(' and ')}.`);
  return parts.join(' ');
}

/** The band of a chart's field within a range of steps: `{ rows: [step, expected, low, high] }`, or null. */
export function bandOf(preflight, field, from, to) {
  const band = preflight?.bands?.find((b) => b.signal === field);
  if (!band) return null;
  const rows = band.step
    .map((step, i) => [step, band.expected[i], band.low[i], band.high[i]])
    .filter((row) => row.every(finite) && row[0] >= from && row[0] <= to);
  return rows.length > 1 ? { rows } : null;
}

function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
