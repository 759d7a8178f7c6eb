// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { bandOf, preflightText } from '../../main/resources/web/js/preflight.js';

const said = {
  verdict: 'unstable',
  probability: 0.93,
  safe_learning_rate: 0.0042,
  safe_up_to_the_highest: false,
  crossings: [{ signal: 'attention_logit_max', limit: 1e4, step: 316 }],
  basis: { settled: 18 },
  bands: [{ signal: 'loss', step: [10, 100, 1000], expected: [5, 3, 2], low: [4, 2.5, 1.8], high: [6, 3.5, null] }],
  caveats: [],
};

test('says what is expected, when, and which learning rate would be safe', () => {
  assert.equal(preflightText(said), 'By 18 finished runs of its kind, expected to be unstable: 93\u202f% likely to diverge or to end a tenth above the loss that a lower learning rate reaches.'
    + ' Attention logit max is expected to pass 10\u202f000 at step 316. Highest safe learning rate: 0.0042.');
});

test('says how far outside of the others it is, and that nothing is known to be safe', () => {
  const basis = { settled: 6, decades_outside_size: 1, decades_outside_rate: 0.02 };
  const text = preflightText({ ...said, verdict: 'uncertain', probability: null, safe_learning_rate: null, crossings: [], basis });
  assert.equal(text, 'By 6 finished runs of its kind, uncertain: all of them ended the same way, and this one is outside their range.'
    + ' No learning rate is known to be safe. It is 10 times outside of their sizes.');
});

test('says so when there is no basis, and nothing when nobody asked', () => {
  assert.match(preflightText({ verdict: 'no_basis', caveats: ['2 finished runs of this kind'] }), /^No runs.*2 finished/);
  assert.equal(preflightText(null), '');
});

test('a band is cut to what is shown, and left out where it is open', () => {
  assert.deepEqual(bandOf(said, 'loss', 0, 5000).rows, [[10, 5, 4, 6], [100, 3, 2.5, 3.5]]);
  assert.equal(bandOf(said, 'loss', 50, 5000), null);
  assert.equal(bandOf(said, 'grad_norm', 0, 5000), null);
});
