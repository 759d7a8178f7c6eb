// SPDX-License-Identifier: Apache-2.0
// What a link restores of a run's page, read from and written to the query of its address. Pure functions.
//
//   charts=train_step.kl,loss   after the charts of the six that are not named here, in this order
//   hide=update_rms             not shown          only=loss       these charts alone
//   log=loss  linear=grad_norm  scales             heat=x,y:3      layers × steps; heads of layer 3
//   x=time  smooth=0.9          for all charts     from=10&to=90   steps
//   open=config,incident:7      opened parts

import { decoded } from './link.js';
import { FIXED_NAMES, knownName } from './signals.js';
import { AXES } from './x-axis.js';

const MOST_SMOOTHING = 0.99;
const KEYS = ['charts', 'hide', 'only', 'log', 'linear', 'heat', 'x', 'smooth', 'from', 'to', 'open'];

/** The page without anything said in the link; `charts` null: nobody chose. */
export const PLAIN = {
  charts: null, hide: [], only: [], log: [], linear: [], heat: new Map(),
  x: 'step', smooth: 0, from: null, to: null, open: [], rest: [],
};

/** The view in a link's query; what is no sense is left out, what is not known is kept in `rest`. */
export function readView(query) {
  const given = new Map();
  const rest = [];
  for (const pair of query.split('&').filter(Boolean)) {
    const [key, ...value] = pair.split('=');
    if (KEYS.includes(key)) given.set(key, value.join('='));
    else rest.push(pair);
  }
  const list = (key) => (given.get(key) ?? '').split(',').map(decoded).filter(Boolean); // split before it is decoded
  const names = (key) => [...new Set(list(key).map(knownName).filter(Boolean))];
  const { from, to } = rangeIn(given);
  return {
    charts: given.has('charts') ? names('charts') : null,
    hide: names('hide'),
    only: names('only'),
    log: names('log'),
    linear: names('linear'),
    heat: heatIn(given.get('heat') ?? ''),
    x: AXES.some((axis) => axis.kind === given.get('x')) ? given.get('x') : 'step',
    smooth: smoothing(given.get('smooth')),
    from,
    to,
    open: list('open'),
    rest,
  };
}

/** The query of a link that restores the view, with its question mark; '' for the plain page. */
export function viewQuery(view) {
  const list = (names) => names.map(encodeURIComponent).join(',');
  const heat = [...view.heat].map(([name, layer]) =>
    encodeURIComponent(name) + (layer === null ? '' : `:${encodeURIComponent(layer)}`)).join(',');
  const pairs = {
    charts: view.charts === null ? null : list(view.charts),
    hide: list(view.hide) || null,
    only: list(view.only) || null,
    log: list(view.log) || null,
    linear: list(view.linear) || null,
    heat: heat || null,
    x: view.x === 'step' ? null : view.x,
    smooth: view.smooth || null,
    from: view.from,
    to: view.to,
    open: list(view.open) || null,
  };
  const text = [...Object.entries(pairs).filter(([, value]) => value !== null).map(([key, value]) => `${key}=${value}`),
    ...view.rest].join('&');
  return text ? `?${text}` : '';
}

/** An address with the view in place of what its fragment's query said before. */
export function withView(href, view) {
  const [page, ...fragment] = href.split('#');
  return `${page}#${fragment.join('#').split('?')[0]}${viewQuery(view)}`;
}

/** Names of the charts to show, in order. */
export function shownCharts({ charts, hide, only }) {
  if (only.length > 0) return only;
  const chosen = charts ?? [];
  return [...FIXED_NAMES.filter((name) => !chosen.includes(name)), ...chosen].filter((name) => !hide.includes(name));
}

/** The view with these charts in this order. */
export function arranged(view, names) {
  let first = 0; // those at the head in the usual order need no word
  while (first < names.length && FIXED_NAMES.includes(names[first])
    && (first === 0 || FIXED_NAMES.indexOf(names[first]) > FIXED_NAMES.indexOf(names[first - 1]))) first++;
  return { ...view, only: [], charts: names.slice(first), hide: FIXED_NAMES.filter((name) => !names.includes(name)) };
}

/** The names with one of them moved by so many places, if it can be. */
export function moved(names, name, by) {
  const others = names.filter((other) => other !== name);
  others.splice(Math.max(0, names.indexOf(name) + by), 0, name);
  return others;
}

/** Whether a chart's values are on a log axis: as the link says, or else as the chart is defined. */
export function isLog(view, name, usually) {
  return usually ? !view.linear.includes(name) : view.log.includes(name);
}

/** The view with that chart's axis turned from log to linear or back. */
export function withLog(view, name, usually, log) {
  const without = (names) => names.filter((other) => other !== name);
  const [logs, linears] = [without(view.log), without(view.linear)];
  if (log && !usually) logs.push(name);
  if (!log && usually) linears.push(name);
  return { ...view, log: logs, linear: linears };
}

/** The view with that chart as a heat map: of all layers (`layer` null), of a layer's heads, or none. */
export function withHeat(view, name, layer) {
  const heat = new Map(view.heat);
  if (layer === undefined) heat.delete(name);
  else heat.set(name, layer);
  return { ...view, heat };
}

/** The view with the layout of a page that nobody touched. */
export function withoutLayout(view) {
  return { ...view, charts: null, hide: [], only: [], log: [], linear: [], heat: new Map() };
}

function rangeIn(given) {
  const step = (text) => (/^\d{1,15}$/.test(text ?? '') ? Number(text) : null);
  const [from, to] = [step(given.get('from')), step(given.get('to'))];
  return from !== null && to !== null && from >= to ? { from: null, to: null } : { from, to };
}

function smoothing(text) {
  const weight = Number(text);
  return weight > 0 ? Math.min(weight, MOST_SMOOTHING) : 0;
}

function heatIn(text) {
  const heat = new Map();
  for (const entry of text.split(',').filter(Boolean)) {
    const [name, layer] = entry.split(':').map(decoded);
    if (knownName(name)) heat.set(knownName(name), layer || null);
  }
  return heat;
}
