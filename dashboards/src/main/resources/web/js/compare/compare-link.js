// SPDX-License-Identifier: Apache-2.0
// What a link to a comparison restores. A run keeps its place in the list, and with it its colour:
// the place of a run that was removed stays empty, as in `runs=a,,c`.

import { finite } from '../format.js';
import { decoded, listIn, listText, queryOf, valuesIn } from '../link.js';
import { knownName } from '../signals.js';
import { AXES } from '../x-axis.js';

/** Most runs that are compared at once. */
export const MOST_RUNS = 20;

const USUAL_CHARTS = ['loss', 'grad_norm'];
const STEEPEST = 0.99;

/**
 * Reads a link's query: `places` has a name or null per place, `charts` has `{ name, layer }`, `log` and
 * `linear` name the charts whose scale is not the usual one, `dropped` counts the runs beyond the most.
 */
export function readComparison(query) {
  const values = valuesIn(query);
  const runs = listIn(values.get('runs'));
  const places = runs.map((name, i) => (name !== '' && runs.indexOf(name) === i ? name : null));
  const smooth = numberIn(values.get('smooth'));
  return {
    places: places.slice(0, MOST_RUNS),
    dropped: places.slice(MOST_RUNS).filter((name) => name !== null).length,
    charts: chartsIn(values.get('charts')?.split(',') ?? USUAL_CHARTS),
    x: AXES.find(({ kind }) => kind === values.get('x'))?.kind ?? 'step',
    smooth: smooth === null ? 0 : Math.min(Math.max(smooth, 0), STEEPEST),
    group: decoded(values.get('group') ?? ''),
    log: namesIn(values.get('log')),
    linear: namesIn(values.get('linear')),
    range: { from: numberIn(values.get('from')), to: numberIn(values.get('to')) },
  };
}

/** The query of a link that restores the comparison; what is usual is left out. */
export function comparisonQuery({ places, charts, x, smooth, group, log, linear, range }) {
  const names = charts.map(chartText);
  const usual = names.join() === USUAL_CHARTS.join();
  return queryOf([
    ['runs', listText(trimmed(places).map((name) => name ?? ''))],
    ['charts', usual ? null : names.join(',')],
    ['x', x === 'step' ? null : x],
    ['smooth', smooth > 0 ? smooth : null],
    ['group', group === '' ? null : encodeURIComponent(group)],
    ['log', log.length === 0 ? null : listText(log)],
    ['linear', linear.length === 0 ? null : listText(linear)],
    ['from', range.from],
    ['to', range.to],
  ]);
}

/** Address of a comparison of these runs. */
export function comparisonHref(runs) {
  return `#/compare?runs=${listText(runs)}`;
}

/** The places with a run added to the first free one; unchanged when it is there or all are taken. */
export function withRun(places, run) {
  if (places.includes(run)) return places;
  const free = places.indexOf(null);
  if (free >= 0) return places.with(free, run);
  return places.length < MOST_RUNS ? [...places, run] : places;
}

/** The places without a run: the others keep theirs. */
export function withoutRun(places, run) {
  return trimmed(places.map((name) => (name === run ? null : name)));
}

function trimmed(places) {
  return places.slice(0, places.findLastIndex((name) => name !== null) + 1);
}

function namesIn(text) {
  return listIn(text).map(knownName).filter(Boolean);
}

// `train_layer.output_rms@3`: the layer follows a plain @, one in a name is encoded.
function chartsIn(texts) {
  const charts = texts.map((text) => {
    const [name, layer = ''] = text.split('@').map(decoded);
    return { name: knownName(name), layer: layer || null };
  });
  const known = charts.filter(({ name }) => name !== null);
  return known.filter((chart, i) => known.findIndex((c) => chartText(c) === chartText(chart)) === i);
}

/** A chart as it stands in a link: its name, and its layer if one was chosen. */
export function chartText({ name, layer }) {
  return encodeURIComponent(name) + (layer === null ? '' : `@${encodeURIComponent(layer)}`);
}

function numberIn(text) {
  const value = text ? Number(text) : NaN;
  return finite(value) ? value : null;
}
