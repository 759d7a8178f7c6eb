// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';

import { throttle } from '../../main/resources/web/js/throttle.js';

let now = 0;
let runs = [];

beforeEach(() => {
  now = 0;
  runs = [];
  mock.timers.reset();
  mock.timers.enable({ apis: ['setTimeout'] });
  mock.method(performance, 'now', () => now);
});

async function pass(millis) {
  for (let i = 0; i < millis; i++) {
    now++;
    mock.timers.tick(1);
    for (let k = 0; k < 5; k++) await Promise.resolve();
  }
}

test('it runs at once, then at most once per pause, and the last call is never lost', async () => {
  const call = throttle(() => runs.push(now), 250);
  call();
  call();
  await pass(1);
  assert.deepEqual(runs, [1]);
  call();
  call();
  await pass(249);
  assert.equal(runs.length, 1);
  await pass(3);
  assert.equal(runs.length, 2);
  await pass(1000);
  assert.equal(runs.length, 2);
});

test('one that takes long rests longer, but no longer than a person waits', async () => {
  for (const [takes, rests] of [[10, 250], [100, 600], [900, 1500]]) {
    runs = [];
    const call = throttle(async () => {
      runs.push(now);
      await new Promise((resolve) => { setTimeout(resolve, takes); });
    }, 250, 6);
    call();
    await pass(takes + 3);
    call();
    await pass(rests - 10);
    assert.equal(runs.length, 1, `${takes}`);
    await pass(20);
    assert.equal(runs.length, 2, `${takes}`);
    await pass(3000);
  }
});

test('an urgent call waits for no rest, and still never overlaps', async () => {
  let open = 0;
  const call = throttle(async () => {
    assert.equal(++open, 1);
    runs.push(now);
    await new Promise((resolve) => { setTimeout(resolve, 100); });
    open--;
  }, 1000);
  call();
  await pass(10);
  call({ urgent: true });
  await pass(80);
  assert.equal(runs.length, 1, 'while it runs');
  await pass(20);
  assert.equal(runs.length, 2, 'as soon as it has run');
  await pass(110);
  call();
  await pass(100);
  assert.equal(runs.length, 2, 'it rests');
  call({ urgent: true });
  await pass(2);
  assert.equal(runs.length, 3);
});
