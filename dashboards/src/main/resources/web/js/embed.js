// SPDX-License-Identifier: Apache-2.0
// A page inside another one, such as a wiki: `/?embed#/runs/NAME?only=loss` has the charts alone.

import { h } from './dom.js';
import { PLAIN, withView } from './view-state.js';

/** Whether this page is one inside another. */
export function embedded(search = location.search) {
  return new URLSearchParams(search).has('embed');
}

/** Address of some charts alone, as they are now, to put into another page. */
export function embedAddress(href, view, names) {
  const { hash, origin, pathname } = new URL(href);
  return withView(`${origin}${pathname}?embed${hash}`, { ...PLAIN, ...view, charts: null, hide: [], only: names, open: [] });
}

/** The link from an embedded page to the whole one, in a tab of its own. */
export function wholePageLink(run, href, view) {
  const { hash, origin, pathname } = new URL(href);
  const address = withView(`${origin}${pathname}${hash}`, { ...view, only: [] });
  return h('p', { class: 'whole-page' }, h('a', { href: address, target: '_blank', rel: 'noopener' }, `${run} in Foreshock`));
}
