// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

const kept = new Map();
globalThis.sessionStorage = {
  getItem: (key) => kept.get(key) ?? null,
  setItem: (key, value) => kept.set(key, value),
  removeItem: (key) => kept.delete(key),
};
const { get, offerToken, onTokenNeeded } = await import('../../main/resources/web/js/api.js');

let given;
let asked;

beforeEach(() => {
  kept.clear();
  asked = 0;
  offerToken();
  onTokenNeeded(async () => {
    asked++;
    return given.shift() ?? null;
  });
  globalThis.fetch = async (path, { headers = {} }) =>
    (headers.Authorization === 'Token right' ? Response.json([1]) : Response.json({ message: 'no' }, { status: 401 }));
});

test('a person is asked until the token is right', async () => {
  given = ['wrong', 'right'];
  assert.deepEqual(await get('/x'), [1]);
  assert.equal(asked, 2);
  assert.deepEqual(await get('/x'), [1]);
  assert.equal(asked, 2);
});

test('who closes the dialog is not asked again until a token is offered, and a wrong one is forgotten', async () => {
  given = ['wrong', null, 'right'];
  await assert.rejects(get('/x'), { status: 401 });
  await assert.rejects(get('/x'), { status: 401 });
  assert.equal(asked, 2);
  assert.equal(kept.size, 0);
  offerToken();
  assert.deepEqual(await get('/x'), [1]);
});
