// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { whatToDo } from '../../main/resources/web/js/what-to-do.js';

const KINDS = '../../../../predictors/src/main/java/io/foreshock/predictors/online/AlarmKind.java';

test('every kind of alarm that there is says what to do', () => {
  const java = readFileSync(new URL(KINDS, import.meta.url), 'utf8');
  const kinds = [...java.matchAll(/^  ([A-Z_]+)[,;]/gm)].map(([, name]) => name.toLowerCase()).filter((k) => k !== 'rule');
  assert.ok(kinds.length > 30, String(kinds.length));
  for (const kind of kinds) assert.match(whatToDo(kind), /^[A-Z].*\.$/, kind);
});

test('a rule of the user’s own refers to its message, and an unknown kind says nothing', () => {
  assert.match(whatToDo('rule.my rule'), /rule of your own/);
  assert.equal(whatToDo('later_kind'), '');
  assert.equal(whatToDo(undefined), '');
});
