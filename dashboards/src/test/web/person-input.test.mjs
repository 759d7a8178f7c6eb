// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';

globalThis.sessionStorage = { getItem: () => null };
const { acknowledgedText } = await import('../../main/resources/web/js/acknowledge.js');
const { changedOnly, tagsIn } = await import('../../main/resources/web/js/description-dialog.js');
const { markEvent } = await import('../../main/resources/web/js/person-mark.js');
const { incidentPart } = await import('../../main/resources/web/js/incidents.js');

test('tags are parted by commas, each once', () => {
  assert.deepEqual(tagsIn(' prod, hero run ,,prod '), ['prod', 'hero run']);
  assert.deepEqual(tagsIn(''), []);
});

test('what a person left alone is not sent', () => {
  assert.deepEqual(changedOnly({ tags: ['a'], notes: 'x' }, { tags: ['a'], notes: 'y' }), { notes: 'y' });
  assert.equal(changedOnly({ tags: ['a'] }, { tags: ['a'] }), null);
});

test('a mark is an event of a person, with a text where one was written', () => {
  assert.deepEqual(markEvent({ kind: 'note', step: '50', text: '  ' }), { kind: 'note', step: 50 });
  assert.deepEqual(markEvent({ kind: 'stage_boundary', step: '7', text: ' more code ' }), { kind: 'stage_boundary', step: 7, text: 'more code' });
});

test('an acknowledgement says who and what, as far as it is known', () => {
  const time = new Date().toISOString();
  assert.equal(acknowledgedText({ by: 'Ada', note: 'on it', time }), 'Acknowledged by Ada now: on it');
  assert.equal(acknowledgedText({ by: null, note: null, time }), 'Acknowledged now');
  assert.equal(incidentPart('a/1'), 'incident:a/1');
});
