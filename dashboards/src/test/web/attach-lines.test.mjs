// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attachLines } from '../../main/resources/web/js/attach-lines.js';

const ORIGIN = 'http://127.0.0.1:9099';

test('each line has this monitor’s own address', () => {
  for (const { name, text } of attachLines(ORIGIN, false)) assert.ok(text.includes(ORIGIN), name);
});

test('a monitor without tokens asks for none', () => {
  for (const { name, text } of attachLines(ORIGIN, false)) assert.ok(!/token/i.test(text), name);
});

test('a monitor with tokens shows where each line has its token', () => {
  for (const { name, text } of attachLines(ORIGIN, true)) assert.ok(/TOKEN/.test(text), name);
});
