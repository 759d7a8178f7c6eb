// SPDX-License-Identifier: Apache-2.0
// Server-sent events over fetch: EventSource cannot send the Authorization header.

import { runPath, stream } from './api.js';

const FIRST_RETRY_MILLIS = 500;
const LONGEST_RETRY_MILLIS = 15_000;
// Longer than any sane heartbeat: a half-open connection is otherwise never noticed.
const SILENCE_MILLIS = 90_000;
// A browser opens six connections to a monitor, for all of its tabs: one that nobody sees needs none.
const HIDDEN_MILLIS = 3000;

/** Splits a text/event-stream into `{ type, data }`, across any cut of the bytes. */
export class EventParser {
  #rest = '';
  #type = 'message';
  #data = [];

  /** The events completed by this piece of text. */
  push(text) {
    const events = [];
    const lines = (this.#rest + text).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop();
    for (const line of lines) {
      if (line === '') {
        if (this.#data.length > 0) events.push({ type: this.#type, data: this.#data.join('\n') });
        this.#type = 'message';
        this.#data = [];
      } else {
        this.#line(line);
      }
    }
    return events;
  }

  #line(line) {
    const colon = line.indexOf(':');
    if (colon === 0) return;
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'event') this.#type = value;
    if (name === 'data') this.#data.push(value);
  }
}

function pause(millis, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, millis);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** Calls `action` once the page was hidden for a while, or is left, until `signal` ends it. */
function onHidden(action, signal) {
  let timer = null;
  const look = () => {
    clearTimeout(timer);
    if (document.hidden) timer = setTimeout(action, HIDDEN_MILLIS);
  };
  document.addEventListener('visibilitychange', look, { signal });
  globalThis.addEventListener('pagehide', action, { signal }); // the browser may keep it, with its connection
  signal.addEventListener('abort', () => clearTimeout(timer));
  look();
}

/** Resolves once the page is seen, or `signal` ends. */
function seen(signal) {
  if (!document.hidden || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = new AbortController();
    const look = () => {
      if (document.hidden && !signal.aborted) return;
      end.abort();
      resolve();
    };
    document.addEventListener('visibilitychange', look, { signal: end.signal });
    signal.addEventListener('abort', look, { signal: end.signal });
  });
}

async function readEvents(run, onEvent, onOpen, signal) {
  const attempt = new AbortController();
  onHidden(() => attempt.abort(), AbortSignal.any([signal, attempt.signal]));
  try {
    await readStream(run, onEvent, onOpen, attempt, signal);
  } finally {
    attempt.abort();
  }
}

async function readStream(run, onEvent, onOpen, attempt, signal) {
  const response = await stream(`${runPath(run)}/live`, AbortSignal.any([signal, attempt.signal]));
  onOpen();
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  const parser = new EventParser();
  for (;;) {
    const silence = setTimeout(() => attempt.abort(), SILENCE_MILLIS);
    const { done, value } = await reader.read().finally(() => clearTimeout(silence));
    if (done) return;
    for (const event of parser.push(value)) {
      let data;
      try {
        data = JSON.parse(event.data);
      } catch {
        continue; // a comment or a heartbeat of another form: nothing to draw
      }
      onEvent(event.type, data);
    }
  }
}

/**
 * Follows a run until `signal` ends it, while the page is seen. `onOpen` is called at every (re)connection:
 * what happened in between is unknown, so the caller refetches. `onState` hears `live` or `retrying`.
 */
export async function follow(run, { onEvent, onOpen, onState }, signal) {
  let retry = FIRST_RETRY_MILLIS;
  while (!signal.aborted) {
    await seen(signal);
    try {
      await readEvents(run, onEvent, () => {
        retry = FIRST_RETRY_MILLIS;
        onState('live');
        onOpen();
      }, signal);
    } catch (e) {
      if (!signal.aborted && !(e instanceof Error)) throw e;
    }
    if (signal.aborted) return;
    if (document.hidden) continue;
    onState('retrying');
    await pause(retry * (0.75 + Math.random() / 2), signal);
    retry = Math.min(retry * 2, LONGEST_RETRY_MILLIS);
  }
}
