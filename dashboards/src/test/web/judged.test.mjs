// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { judgedBadly, judgedGroups, judgedTitle } from '../../main/resources/web/js/judged-model.js';

test('says how many detectors judge, and how many are warming up', () => {
  assert.equal(judgedTitle({ judging: 9, warming_up: 2, nothing_to_judge_by: 6 }),
    'Judged by 9 of 17 detectors, 2 warming up');
  assert.equal(judgedTitle({ judging: 17, warming_up: 0, nothing_to_judge_by: 0 }),
    'Judged by 17 of 17 detectors');
});

test('says nothing where nothing is known', () => {
  assert.equal(judgedTitle(undefined), '');
  assert.equal(judgedTitle({ judging: 0, warming_up: 0, nothing_to_judge_by: 0 }), '');
  assert.equal(judgedBadly(undefined), false);
});

test('a run of which only non-finite values are judged stands out', () => {
  assert.equal(judgedBadly({ judging: 1, warming_up: 0, nothing_to_judge_by: 16 }), true);
  assert.equal(judgedBadly({ judging: 1, warming_up: 5, nothing_to_judge_by: 11 }), false);
  assert.equal(judgedBadly({ judging: 2, warming_up: 0, nothing_to_judge_by: 15 }), false);
});

test('groups what cannot judge by what the run would have to send', () => {
  const detectors = [
    { kind: 'gradient_spike', state: 'nothing_to_judge_by', needs: 'grad_norm' },
    { kind: 'loss_spike', state: 'judging' },
    { kind: 'loss_plateau', state: 'warming_up', have: 40, need: 128 },
    { kind: 'gradient_zero', state: 'nothing_to_judge_by', needs: 'grad_norm' },
  ];
  assert.deepEqual(judgedGroups(detectors), {
    judging: ['loss spike'],
    warming: [{ name: 'loss plateau', progress: '40 of 128 samples' }],
    missing: [{ needs: 'grad_norm', names: ['gradient spike', 'gradient zero'] }],
  });
});
