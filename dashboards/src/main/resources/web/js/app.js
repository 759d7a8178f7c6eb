// SPDX-License-Identifier: Apache-2.0
// The page: routes, the banner while the monitor is away, the token, the tab's title.

import { onTokenNeeded, reach } from './api.js';
import { charts } from './chart.js';
import { ask, field, h, setText } from './dom.js';
import { ComparePage } from './compare/compare-page.js';
import { RunPage } from './run-page.js';
import { RunsList } from './runs-list.js';
import { SweepPage } from './sweep/sweep-page.js';

const LIVE = { live: 'live', retrying: 'reconnecting…' };

const main = document.querySelector('main');
const banner = document.querySelector('#banner');
const live = document.querySelector('#live');
const announcer = document.querySelector('#announcer');

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

let view = null;

// Read from href: location.hash comes decoded in some browsers, and names may hold % and slashes.
// A question mark in a name is encoded; a plain one begins what the link restores.
function runOf(href) {
  const hash = href.split('#').slice(1).join('#');
  if (!hash.startsWith('/runs/')) return null;
  try {
    return decodeURIComponent(hash.slice('/runs/'.length).split('?')[0]) || null;
  } catch {
    return null;
  }
}

const PAGES = { '/compare': ComparePage, '/sweeps': SweepPage };

function route() {
  view?.dispose();
  const [path, ...query] = location.href.split('#').slice(1).join('#').split('?');
  if (PAGES[path]) {
    view = new PAGES[path](app, query.join('?'));
    main.replaceChildren(view.element);
    window.scrollTo(0, 0);
    return;
  }
  const run = runOf(location.href);
  view = run === null ? new RunsList(app) : new RunPage(run, app, location.href.split('#').slice(1).join('#').split('?').slice(1).join('?'));
  app.title(run ?? 'Runs', 0);
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
