// SPDX-License-Identifier: Apache-2.0
// Reads the runs of a sweep with their configurations, and the preflights that make its border.

import { get, getPages, post } from '../api.js';
import { configurationOf, settingsColumns } from './sweep-columns.js';
import { commonSettings } from './sweep-kind.js';
import { borderSizes } from './stability-border.js';

const MOST_RUNS = 1000;

/** The runs that a filter finds, each with `configuration`; `more` says whether there are others. */
export async function readRuns(filter, signal) {
  const known = await get('/api/v1/columns', {}, signal);
  const columns = settingsColumns(known.map(({ name }) => name)).join(',');
  const { items, more } = await getPages('/api/v1/runs', { q: filter || null, limit: MOST_RUNS, columns }, MOST_RUNS, signal);
  return { runs: items.map((run) => ({ ...run, configuration: configurationOf(run.columns) })), more };
}

/**
 * The preflights over sizes around those of the points, `{ sizes, preflights }`, for the settings that
 * most of the runs share. The lowest learning rate is asked about, because a preflight names no safe one
 * where the attention logit is expected to pass its limit below the rate that is asked about.
 */
export async function readBorder(points, field) {
  const sizes = borderSizes(points.map(({ size }) => size));
  const settings = commonSettings(points.map(({ configuration }) => configuration));
  const lowest = Math.min(...points.map(({ learningRate }) => learningRate));
  const preflights = await Promise.all(sizes.map((size) =>
    post('/api/v1/preflight', { ...settings, [field]: size, learning_rate: lowest })));
  return { sizes, preflights };
}
