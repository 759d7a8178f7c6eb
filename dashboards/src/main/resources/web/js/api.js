// SPDX-License-Identifier: Apache-2.0
// The monitor's REST API: token, time limits, errors as one type, and whether the monitor answers.

const TOKEN_KEY = 'foreshock.token';
const TIMEOUT_MILLIS = 20_000;
const SLOW_TIMEOUT_MILLIS = 300_000;

/** An answer that is not a success, with its JSON; `status` 0 when there was no answer at all. */
export class ApiError extends Error {
  constructor(status, message, body = {}) {
    super(message);
    this.status = status;
    this.body = body;
  }
}

/** Fires `reach` with `{ up, reason }` when the monitor stops or starts answering. */
export const reach = new EventTarget();
let up = true;

function report(nowUp, reason = '') {
  if (nowUp === up) return;
  up = nowUp;
  reach.dispatchEvent(new CustomEvent('reach', { detail: { up, reason } }));
}

let askForToken = async () => null;
let asking = null;
let declined = false;

/** Sets how the page asks a person for the token; resolves with it, or null. */
export function onTokenNeeded(ask) {
  askForToken = ask;
}

/** The next refused request asks for a token again, although a person closed the dialog before. */
export function offerToken() {
  declined = false;
}

/** True once a token is in use. */
export function hasToken() {
  return sessionStorage.getItem(TOKEN_KEY) !== null;
}

function headers(extra) {
  const token = sessionStorage.getItem(TOKEN_KEY);
  return token ? { ...extra, Authorization: `Token ${token}` } : extra;
}

// Several requests may be refused at once: all wait for the one dialog. A person who closed it is not
// asked again by a page that refreshes itself, and the refused token is not sent any more.
function newToken() {
  if (declined) return null;
  asking ??= askForToken().then((token) => {
    declined = !token;
    if (token) sessionStorage.setItem(TOKEN_KEY, token);
    else sessionStorage.removeItem(TOKEN_KEY);
    asking = null;
    return token;
  });
  return asking;
}

async function refusal(response) {
  const body = await response.json().catch(() => ({}));
  const message = typeof body.message === 'string' ? body.message : response.statusText;
  return new ApiError(response.status, message || `the monitor answered ${response.status}`, body ?? {});
}

// 429 with a challenge: too many wrong tokens came from this address, and this one is wrong too.
function refusesToken(response) {
  return response.status === 401 || (response.status === 429 && response.headers.has('WWW-Authenticate'));
}

async function send(path, options) {
  let response;
  try {
    response = await fetch(path, { ...options, headers: headers(options.headers) });
  } catch (e) {
    if (options.caller?.aborted) throw e;
    report(false, 'the monitor does not answer');
    throw new ApiError(0, 'the monitor does not answer');
  }
  if (refusesToken(response) && (await newToken())) {
    return send(path, options);
  }
  if (!response.ok) {
    const refused = await refusal(response);
    // A proxy answers 502 for a monitor that is gone; one that says what is wrong is there.
    const there = response.status < 500 || typeof refused.body.code === 'string';
    report(there, `the monitor answered ${response.status}`);
    throw refused;
  }
  report(true);
  return response;
}

function limited(caller) {
  const limit = AbortSignal.timeout(TIMEOUT_MILLIS);
  return caller ? AbortSignal.any([limit, caller]) : limit;
}

async function json(path, options = {}) {
  const response = await send(path, { ...options, signal: limited(options.caller) });
  return response.status === 204 ? null : response.json();
}

/** Path of a run; its name may hold anything, slashes too. */
export function runPath(run) {
  return `/api/v1/runs/${encodeURIComponent(run)}`;
}

/** A path with a query; values that are null are left out. */
export function withQuery(path, query) {
  const pairs = Object.entries(query).filter(([, value]) => value !== null && value !== undefined);
  const text = new URLSearchParams(pairs).toString();
  return text ? `${path}?${text}` : path;
}

/** GETs JSON; query values that are null are left out. */
export function get(path, query = {}, caller = undefined) {
  return json(withQuery(path, query), { caller });
}

/** Where a `Link` header leads for the next page; null when this was the last one. */
export function nextPath(link) {
  return /<([^>]*)>;\s*rel="next"/.exec(link ?? '')?.[1] ?? null;
}

/** GETs an array page by page, `most` items of it; `more` says whether there are others. */
export async function getPages(path, query, most, caller = undefined) {
  const items = [];
  let next = withQuery(path, query);
  while (next !== null && items.length < most) {
    const response = await send(next, { signal: limited(caller), caller });
    items.push(...(await response.json()));
    next = nextPath(response.headers.get('Link'));
  }
  return { items: items.slice(0, most), more: next !== null || items.length > most };
}

/** GETs text that may take a while to be written. */
export async function text(path) {
  const response = await send(path, { signal: AbortSignal.timeout(SLOW_TIMEOUT_MILLIS) });
  return response.text();
}

/** POSTs JSON. */
export function post(path, body, caller = undefined) {
  return change('POST', path, body, caller);
}

/** PATCHes JSON. */
export function patch(path, body) {
  return change('PATCH', path, body);
}

function change(method, path, body, caller) {
  return json(path, {
    method,
    caller,
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
}

/** DELETEs what the path names; query values that are null are left out. */
export function remove(path, query = {}) {
  return json(withQuery(path, query), { method: 'DELETE' });
}

/** Opens a stream without a time limit; `caller` ends it. */
export function stream(path, caller) {
  return send(path, { headers: { Accept: 'text/event-stream' }, signal: caller, caller });
}
