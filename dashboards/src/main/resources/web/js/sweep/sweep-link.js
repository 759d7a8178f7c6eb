// SPDX-License-Identifier: Apache-2.0
// What a link to the map of a sweep restores: the filter, the kind of runs, the selected runs.

import { decoded, listIn, listText, queryOf, valuesIn } from '../link.js';

/** Reads a link's query: `{ filter, kind, selected }`; `kind` is '' for the one of most runs. */
export function readSweep(query) {
  const values = valuesIn(query);
  return {
    filter: decoded(values.get('q') ?? ''),
    kind: decoded(values.get('kind') ?? ''),
    selected: new Set(listIn(values.get('selected')).filter(Boolean)),
  };
}

/** The query of a link that restores it. */
export function sweepQuery({ filter, kind, selected }) {
  return queryOf([
    ['q', filter === '' ? null : encodeURIComponent(filter)],
    ['kind', kind === '' ? null : encodeURIComponent(kind)],
    ['selected', selected.size === 0 ? null : listText([...selected])],
  ]);
}
