// SPDX-License-Identifier: Apache-2.0
// The page: routes, the banner while the monitor is away, the token, keys, the tab's title.

import { AlarmsPage } from './alarms/alarms-page.js';
import { AuditPage } from './alarms/audit-page.js';
import { onTokenNeeded, reach } from './api.js';
import { charts } from './chart.js';
import { ComparePage } from './compare/compare-page.js';
import { ask, field, h, setText } from './dom.js';
import { Keys } from './keys.js';
import { RunsList } from './list/runs-list.js';
import { routeOf } from './routes.js';
import { RunPage } from './run-page.js';
import { SweepPage } from './sweep/sweep-page.js';
import { themeSwitch } from './theme-switch.js';

const LIVE = { live: 'live', retrying: 'reconnecting…' };

/** What each page is made by; `TITLES` names its tab. */
const VIEWS = {
  runs: (query) => new RunsList(app, query),
  run: (query, run) => new RunPage(run, app, query),
  compare: (query) => new ComparePage(app, query),
  sweeps: (query) => new SweepPage(app, query),
  alarms: (query) => new AlarmsPage(app, query),
  audit: (query) => new AuditPage(app, query),
};
const TITLES = { runs: 'Runs', compare: 'Compare', sweeps: 'Sweeps', alarms: 'Alarms', audit: 'Audit log' };

const main = document.querySelector('main');
const banner = document.querySelector('#banner');
const live = document.querySelector('#live');
const announcer = document.querySelector('#announcer');
const links = [...document.querySelectorAll('.top nav a')];

const app = {
  /** Names the tab; criticals first, so that they show in a narrow tab. */
  title(text, criticals) {
    const title = `${criticals > 0 ? `⚠ ${criticals} · ` : ''}${text} · Foreshock`;
    if (document.title !== title) document.title = title;
  },
  live(state) {
    live.dataset.state = state;
    setText(live.lastElementChild, LIVE[state] ?? state);
  },
  /** Read out at once by screen readers. */
  announce(text) {
    announcer.textContent = text;
  },
};

const go = (hash) => () => (location.hash = hash);
const toggle = themeSwitch();
live.after(toggle);
const keys = new Keys([
  { keys: 'g r', what: 'Go to the runs', action: go('#/') },
  { keys: 'g c', what: 'Go to Compare', action: go('#/compare') },
  { keys: 'g s', what: 'Go to Sweeps', action: go('#/sweeps') },
  { keys: 'g a', what: 'Go to Alarms', action: go('#/alarms') },
  { keys: '/', what: 'Search on this page', action: () => main.querySelector('input[type="search"]')?.focus() },
  { keys: 't', what: 'Change the colours: light, dark, as the system', action: () => toggle.click() },
]);
document.querySelector('#keys').addEventListener('click', () => keys.list());

let view = null;

function route() {
  view?.dispose();
  const { page, run, query } = routeOf(location.href);
  app.title(run ?? TITLES[page], 0);
  for (const link of links) {
    const here = link.dataset.page === page || (page === 'audit' && link.dataset.page === 'alarms');
    if (here) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  view = VIEWS[page](query, run);
  keys.ofView(view.keys);
  main.replaceChildren(view.element);
  window.scrollTo(0, 0);
}

reach.addEventListener('reach', ({ detail }) => {
  banner.hidden = detail.up;
  setText(banner, detail.up ? '' : `No connection: ${detail.reason}. What you see may be old; trying again.`);
});

onTokenNeeded(async () => {
  const answer = await ask('This monitor asks for a token', [
    h('p', {}, 'It is the one from the monitor’s configuration, and stays in this tab only.'),
    field('Token', 'token', { type: 'password', required: true, autocomplete: 'current-password' }),
  ], 'Continue');
  return answer?.token.trim() || null;
});

window.foreshock = { charts };
window.addEventListener('hashchange', route);
route();
