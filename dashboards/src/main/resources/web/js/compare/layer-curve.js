// SPDX-License-Identifier: Apache-2.0
// One curve from those of all layers: the highest or the lowest of them in each bucket.

import { emptySeries } from '../buckets.js';
import { layerName } from '../format.js';

export const HIGHEST = 'highest';
export const LOWEST = 'lowest';

/** A choice of layer as words. */
export function layerChoice(layer) {
  if (layer === null || layer === HIGHEST) return 'maximum over layers';
  return layer === LOWEST ? 'minimum over layers' : layerName(layer);
}

/** Whether the choice needs the curves of all layers. */
export function needsAllLayers(layer) {
  return layer === null || layer === HIGHEST || layer === LOWEST;
}

/**
 * The curve of the highest (or lowest) layer at each step; `layers` are curves of buckets. A bucket
 * holds the extremes of all layers in the direction asked for.
 */
export function overLayers(layers, choice) {
  if (layers.length < 2) return layers[0] ?? emptySeries();
  const pick = choice === LOWEST ? Math.min : Math.max;
  const at = new Map();
  for (const series of layers) {
    series.step.forEach((step, i) => {
      if (series.mean[i] === null) return;
      const own = { min: series.min[i], max: series.max[i], mean: series.mean[i], count: series.count[i] };
      const other = at.get(step);
      at.set(step, !other ? own : {
        min: pick(own.min, other.min), max: pick(own.max, other.max),
        mean: pick(own.mean, other.mean), count: Math.max(own.count, other.count),
      });
    });
  }
  const joined = emptySeries();
  for (const [step, bucket] of [...at].sort(([a], [b]) => a - b)) {
    joined.step.push(step);
    for (const column of ['min', 'max', 'mean', 'count']) joined[column].push(bucket[column]);
  }
  return joined;
}
