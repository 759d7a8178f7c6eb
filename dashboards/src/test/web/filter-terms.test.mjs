// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { hasKey, tagTerm, termsOf, toggledTerm } from '../../main/resources/web/js/list/filter-terms.js';

test('blanks separate terms unless they are quoted', () => {
  assert.deepEqual(termsOf('  a "b c"  tag:"d e" -lr>1 '), ['a', '"b c"', 'tag:"d e"', '-lr>1']);
  assert.deepEqual(termsOf('a "not closed'), ['a', '"not closed']);
  assert.deepEqual(termsOf(''), []);
});

test('a click adds a term, and a second click removes it', () => {
  assert.equal(toggledTerm('lr>1', tagTerm('prod')), 'lr>1 tag:prod');
  assert.equal(toggledTerm('lr>1 tag:prod', tagTerm('prod')), 'lr>1');
  assert.equal(toggledTerm('tag:production', tagTerm('prod')), 'tag:production tag:prod');
  assert.equal(toggledTerm('', tagTerm('two words')), 'tag:"two words"');
});

test('a term is known by its name, negated or not', () => {
  assert.equal(hasKey('x -archived:yes', 'archived'), true);
  assert.equal(hasKey('archived!=no', 'archived'), true);
  assert.equal(hasKey('archived', 'archived'), false);
  assert.equal(hasKey('name:archived:no', 'archived'), false);
  assert.equal(hasKey('"archived:yes"', 'archived'), false);
});
