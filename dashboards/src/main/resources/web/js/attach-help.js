// SPDX-License-Identifier: Apache-2.0
// What a monitor without runs shows: the shortest ways to send it one.

import { hasToken } from './api.js';
import { h } from './dom.js';

/** The help, with this monitor's own address in the commands. */
export function attachHelp(origin = location.origin) {
  const token = hasToken() ? ' \\\n  -H "Authorization: Token $FORESHOCK_TOKEN"' : '';
  return h('section', { class: 'attach' },
    h('h2', {}, 'No run has reported yet'),
    h('p', {}, 'Start the trainer that comes with Foreshock and point it here:'),
    command(`./foreshock train --run my-run --telemetry ${origin}`),
    h('p', {}, 'Or send InfluxDB line protocol from any training loop, one line a step:'),
    command(`curl "${origin}/api/v2/write?precision=s"${token} \\\n`
      + "  --data-binary 'train_step,run=my-run step=1i,loss=10.82,grad_norm=1.4'"),
    h('p', { class: 'quiet' }, 'The run appears here with its first line.'));
}

function command(text) {
  const copy = h('button', { type: 'button', class: 'copy' }, 'Copy');
  copy.addEventListener('click', async () => {
    await navigator.clipboard?.writeText(text);
    copy.textContent = 'Copied';
    setTimeout(() => (copy.textContent = 'Copy'), 1500);
  });
  return h('div', { class: 'command' }, h('pre', {}, h('code', {}, text)), copy);
}
