// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';

globalThis.sessionStorage = { getItem: () => null };
const { getPages, nextPath } = await import('../../main/resources/web/js/api.js');

test('the next page is where the Link header leads', () => {
  assert.equal(nextPath('</api/v1/runs?limit=2&after=x>; rel="next"'), '/api/v1/runs?limit=2&after=x');
  assert.equal(nextPath(null), null);
  assert.equal(nextPath('</x>; rel="prev"'), null);
});

function answering(pages) {
  const asked = [];
  globalThis.fetch = async (path) => {
    asked.push(path);
    const { items, next } = pages[path];
    return new Response(JSON.stringify(items), { headers: next ? { Link: `<${next}>; rel="next"` } : {} });
  };
  return asked;
}

test('pages are followed for as long as more is wanted', async () => {
  const pages = {
    '/runs?limit=2': { items: [1, 2], next: '/runs?after=2' },
    '/runs?after=2': { items: [3, 4], next: '/runs?after=4' },
    '/runs?after=4': { items: [5] },
  };
  const asked = answering(pages);
  assert.deepEqual(await getPages('/runs', { limit: 2, q: null }, 2), { items: [1, 2], more: true });
  assert.equal(asked.length, 1);
  assert.deepEqual(await getPages('/runs', { limit: 2 }, 3), { items: [1, 2, 3], more: true });
  assert.deepEqual(await getPages('/runs', { limit: 2 }, 9), { items: [1, 2, 3, 4, 5], more: false });
});
