// SPDX-License-Identifier: Apache-2.0
// The link to a run's post-mortem. A browser sends no token with a link, so with one it is fetched.

import { hasToken, runPath, text } from './api.js';
import { h } from './dom.js';

/** Address of a run's report. */
export function reportPath(run) {
  return `${runPath(run)}/report?format=html`;
}

/** The link; opens in a tab of its own. */
export function reportLink(run) {
  const link = h('a', {
    class: 'report-link', href: reportPath(run), target: '_blank', rel: 'noopener',
    title: 'Every spike and divergence: class, cost, what moved first, what was known and done',
  }, 'Report');
  link.addEventListener('click', (event) => {
    if (!hasToken()) return;
    event.preventDefault();
    open(run);
  });
  return link;
}

// The tab is opened at once: after an await it would be taken for a pop-up.
async function open(run) {
  const tab = window.open('', '_blank');
  try {
    const page = new Blob([await text(reportPath(run))], { type: 'text/html' });
    tab.location = URL.createObjectURL(page);
  } catch (e) {
    tab.document.body.textContent = `The report could not be read: ${e.message}`;
  }
}
