// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';

import { EventParser, follow } from '../../main/resources/web/js/live.js';

const page = new EventTarget();
let streams;
let heard;

beforeEach(() => {
  streams = [];
  heard = [];
  globalThis.document = Object.assign(new EventTarget(), { hidden: false });
  globalThis.sessionStorage = { getItem: () => null };
  globalThis.addEventListener = page.addEventListener.bind(page);
  globalThis.fetch = async (path, { signal }) => {
    const stream = { path, open: true };
    streams.push(stream);
    const body = new ReadableStream({
      start(controller) {
        stream.send = (text) => controller.enqueue(new TextEncoder().encode(text));
        signal.addEventListener('abort', () => {
          stream.open = false;
          controller.error(signal.reason);
        });
      },
    });
    return new Response(body);
  };
  mock.timers.reset();
  mock.timers.enable({ apis: ['setTimeout'] });
});

const settle = () => new Promise((resolve) => { setImmediate(() => setImmediate(() => setImmediate(resolve))); });

async function pass(millis) {
  mock.timers.tick(millis);
  await settle();
}

function following() {
  const end = new AbortController();
  follow('a run', {
    onEvent: (type, data) => heard.push([type, data]),
    onOpen: () => heard.push('open'),
    onState: (state) => heard.push(state),
  }, end.signal);
  return end;
}

function hide(hidden) {
  document.hidden = hidden;
  document.dispatchEvent(new Event('visibilitychange'));
}

test('a run is followed, and events may be cut anywhere', async () => {
  const end = following();
  await settle();
  assert.deepEqual(heard, ['live', 'open']);
  assert.equal(streams[0].path, '/api/v1/runs/a%20run/live');
  streams[0].send('event: step\nda');
  streams[0].send('ta: {"step": 3}\n\n: heartbeat\n\n');
  await settle();
  assert.deepEqual(heard.at(-1), ['step', { step: 3 }]);
  end.abort();
  await settle();
  assert.ok(!streams[0].open);
});

test('a tab that nobody sees holds no connection, and takes it again when it is seen', async () => {
  const end = following();
  await settle();
  hide(true);
  await pass(2900);
  hide(false); // a glance at another tab
  await pass(10_000);
  assert.ok(streams[0].open);
  hide(true);
  await pass(3000);
  assert.ok(!streams[0].open);
  await pass(60_000);
  assert.equal(streams.length, 1);
  assert.ok(!heard.includes('retrying'));
  hide(false);
  await settle();
  assert.equal(streams.length, 2);
  assert.equal(heard.at(-1), 'open');
  end.abort();
});

test('a tab that is opened in the background waits until it is seen', async () => {
  document.hidden = true;
  const end = following();
  await pass(60_000);
  assert.equal(streams.length, 0);
  hide(false);
  await settle();
  assert.equal(streams.length, 1);
  end.abort();
});

test('a page that is left gives its connection back at once', async () => {
  const end = following();
  await settle();
  hide(true);
  page.dispatchEvent(new Event('pagehide'));
  await settle();
  assert.ok(!streams[0].open);
  end.abort();
});

test('a stream that fails is tried again, ever later', async () => {
  const end = following();
  await settle();
  globalThis.fetch = async () => { throw new TypeError('refused'); };
  streams[0].send('');
  page.dispatchEvent(new Event('pagehide')); // ends it while the page is seen
  await settle();
  assert.equal(heard.at(-1), 'retrying');
  const tries = mock.fn(globalThis.fetch);
  globalThis.fetch = tries;
  await pass(700);
  assert.equal(tries.mock.callCount(), 1);
  await pass(700);
  assert.equal(tries.mock.callCount(), 1);
  await pass(700);
  assert.equal(tries.mock.callCount(), 2);
  end.abort();
});

test('an event has its type and its lines, whatever ends them', () => {
  const parser = new EventParser();
  assert.deepEqual(parser.push('data: 1\r'), []);
  assert.deepEqual(parser.push('\ndata: 2\r\n\r\nevent: alarm\ndata:3\n\n'),
    [{ type: 'message', data: '1\n2' }, { type: 'alarm', data: '3' }]);
});
