// SPDX-License-Identifier: Apache-2.0
// The views about alarms. Silences become the next one.

import { h } from '../dom.js';

const TABS = new Map([['#/alarms', 'Incidents'], ['#/alarms/audit', 'Audit log']]);

/** Links to the views, with the one at `current` marked. */
export function alarmTabs(current) {
  return h('nav', { class: 'tabs', 'aria-label': 'Views of alarms' }, ...[...TABS].map(([href, label]) =>
    h('a', { href, 'aria-current': href === current ? 'page' : null }, label)));
}
