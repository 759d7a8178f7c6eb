// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';

import { refresh } from '../../main/resources/web/js/refresh.js';

beforeEach(() => {
  globalThis.document = Object.assign(new EventTarget(), { hidden: false });
  mock.timers.reset();
  mock.timers.enable({ apis: ['setTimeout'] });
});

const settle = async () => {
  for (let i = 0; i < 20; i++) await Promise.resolve();
};

function following(load, millis = 1000) {
  const end = new AbortController();
  return { wake: refresh(load, millis, end.signal), end };
}

async function pass(millis) {
  mock.timers.tick(millis);
  await settle();
}

test('loads at once and then after each pause, until it is ended', async () => {
  let loads = 0;
  const { end } = following(async () => void loads++);
  await settle();
  assert.equal(loads, 1);
  await pass(999);
  assert.equal(loads, 1);
  await pass(1);
  assert.equal(loads, 2);
  end.abort();
  await pass(5000);
  assert.equal(loads, 2);
});

test('a wish to load at once is kept while a load is under way, and loads never overlap', async () => {
  let open = 0;
  let loads = 0;
  let finish;
  const { wake, end } = following(async () => {
    loads++;
    assert.equal(++open, 1);
    await new Promise((resolve) => (finish = resolve));
    open--;
  });
  await settle();
  wake();
  wake();
  await settle();
  assert.equal(loads, 1);
  finish();
  await pass(0);
  assert.equal(loads, 2);
  end.abort();
  finish();
});

test('a load may ask for a longer pause, as after a refusal', async () => {
  let loads = 0;
  const { wake, end } = following(async () => {
    loads++;
    return 30_000;
  });
  await settle();
  await pass(29_999);
  assert.equal(loads, 1);
  wake();
  await settle();
  assert.equal(loads, 2, 'a person who acts does not wait');
  end.abort();
});

test('a page out of sight asks nothing, and asks at once when it comes back', async () => {
  let loads = 0;
  const { end } = following(async () => void loads++);
  await settle();
  document.hidden = true;
  await pass(10_000);
  assert.equal(loads, 1);
  document.hidden = false;
  document.dispatchEvent(new Event('visibilitychange'));
  await settle();
  assert.equal(loads, 2);
  end.abort();
});
