// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { reportPath } from '../../main/resources/web/js/report-link.js';

test('a run of any name has a report at its own address', () => {
  assert.equal(reportPath('my-run'), '/api/v1/runs/my-run/report?format=html');
  assert.equal(reportPath('a/b?c#<img>'), '/api/v1/runs/a%2Fb%3Fc%23%3Cimg%3E/report?format=html');
});
