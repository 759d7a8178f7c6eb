// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { troubleText } from '../../main/resources/web/js/trouble.js';

const VIEW = { doing: 'read the list of runs', permission: 'read' };
const text = (status, message = 'reason.') => troubleText({ status, message }, VIEW);

test('a refusal names the permission that is needed', () => {
  assert.match(text(401), /asks for a token.*“read”/);
  assert.equal(text(403, 'this token may only write.'),
    'You have no permission to read the list of runs: this token may only write. The permission needed is “read”.');
});

test('an older monitor, a failure that may pass, and a monitor that is away are told apart', () => {
  assert.match(text(404), /older than this page/);
  assert.equal(text(503, 'the store is away'), 'It failed to read the list of runs: the store is away. The page tries again.');
  assert.equal(text(0), '', 'the banner of the page says it');
});
