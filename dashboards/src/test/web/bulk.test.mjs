// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { changeAll, changedTags, outcomeText } from '../../main/resources/web/js/list/bulk.js';

test('every run is tried although some fail, a few at a time, and each failure is kept', async () => {
  const names = Array.from({ length: 11 }, (_, i) => `r${i}`);
  let open = 0;
  let most = 0;
  const progress = [];
  const outcome = await changeAll(names, async (name) => {
    most = Math.max(most, ++open);
    await new Promise(setImmediate);
    open--;
    if (name === 'r3' || name === 'r7') throw new Error(`no ${name}.`);
  }, (n) => progress.push(n));
  assert.equal(most, 4);
  assert.deepEqual(outcome.done, names.filter((n) => n !== 'r3' && n !== 'r7'));
  assert.deepEqual(progress, names.map((_, i) => i + 1));
  assert.equal(outcomeText(outcome, 'archived'), '9 of 11 runs archived. Not archived: r3: no r3; r7: no r7.');
});

test('a change of no run and of one run reads well', async () => {
  assert.deepEqual(await changeAll([], async () => {}), { done: [], failed: [] });
  assert.equal(outcomeText(await changeAll(['a'], async () => {}), 'deleted'), '1 run deleted.');
});

test('many failures are counted after the first few', () => {
  const failed = Array.from({ length: 8 }, (_, i) => ({ name: `r${i}`, message: 'no' }));
  assert.match(outcomeText({ done: [], failed }, 'deleted'), /^0 of 8 runs deleted\. Not deleted: r0: no; .*r4: no; and 3 more\.$/);
});

test('tags are added and removed', () => {
  assert.deepEqual(changedTags(['a', 'b'], ['c', 'a'], ['b']), ['a', 'c']);
});
