// SPDX-License-Identifier: Apache-2.0
// Configurations of many runs by one request: the settings as columns of the list of runs. Pure functions.

import { COURSE, KIND } from './sweep-kind.js';

const MOST_COLUMNS = 50; // that the list of runs gives
const NEEDED = ['parameters', 'parameters_non_embedding', 'learning_rate', ...Object.keys(KIND), ...COURSE];
const NO_SETTINGS = ['loss', 'step', 'probability', 'tags', 'notes'];

/** The columns to ask for, of those that there are: what the map needs, then all other settings that fit. */
export function settingsColumns(names) {
  const settings = names.filter((name) => !NO_SETTINGS.includes(name) && !name.startsWith('last.') && !name.includes(','));
  return [...new Set([...NEEDED, ...settings])].slice(0, MOST_COLUMNS);
}

/** A configuration from a run's columns: what it did not send is absent. */
export function configurationOf(columns) {
  return Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== null));
}
