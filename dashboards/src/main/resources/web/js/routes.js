// SPDX-License-Identifier: Apache-2.0
// What a link leads to. Pure functions, tested with node.

import { decoded } from './link.js';

/** Pages by the path behind the `#`; a run's page is `/runs/NAME`. */
const PAGES = {
  '/': 'runs',
  '/compare': 'compare',
  '/sweeps': 'sweeps',
  '/alarms': 'alarms',
  '/alarms/audit': 'audit',
};

const RUN = '/runs/';

/**
 * The page of an address: `{ page, run, query }`. `query` is what the page restores. An unknown path leads to the
 * list of runs.
 *
 * Addresses are read as text, because browsers differ in what they decode, and a run's name may hold `%`, `/` and `#`.
 * A question mark in a name is encoded; a plain one begins the query.
 */
export function routeOf(href) {
  const hash = href.split('#').slice(1).join('#');
  const [path, ...rest] = hash.split('?');
  const query = rest.join('?');
  if (path.startsWith(RUN)) {
    const run = decoded(path.slice(RUN.length));
    if (run) return { page: 'run', run, query };
  }
  return { page: PAGES[path || '/'] ?? 'runs', run: null, query };
}

/** Link to a run's page; `query` begins without a question mark. */
export function runLink(run, query = '') {
  return `#${RUN}${encodeURIComponent(run)}${query ? `?${query}` : ''}`;
}
