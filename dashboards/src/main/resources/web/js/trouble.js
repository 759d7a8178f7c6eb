// SPDX-License-Identifier: Apache-2.0
// What a view says when it cannot be read: refused, too old a monitor, or a failure that may pass.

import { offerToken } from './api.js';
import { h, setText } from './dom.js';

const REFUSED_PAUSE_MILLIS = 30_000;
const SETTLED = [401, 403, 404]; // the same answer comes until a person changes something

/** `doing` completes "to …", such as "read the list of runs"; `permission` is what that needs. */
export function troubleText(error, { doing, permission }) {
  const said = String(error.message ?? '').replace(/[.\s]+$/, '');
  switch (error.status) {
    case 0: return ''; // the page's banner says that already
    case 401: return `This monitor asks for a token. The token needs the permission “${permission}” to ${doing}.`;
    case 403: return `You have no permission to ${doing}: ${said}. The permission needed is “${permission}”.`;
    case 404: return `This monitor cannot ${doing}, because it is older than this page.`;
    default: return `It failed to ${doing}: ${said}. The page tries again.`;
  }
}

/** The trouble of one view, with a button for the token where one is missing. */
export class Trouble {
  #view;
  #text = h('span', {});
  #token;
  element;

  /** `retry` asks again at once. */
  constructor(view, retry) {
    this.#view = view;
    this.#token = h('button', { type: 'button', hidden: true, on: { click: () => {
      offerToken();
      retry();
    } } }, 'Enter a token');
    this.element = h('p', { class: 'error trouble', role: 'alert', hidden: true }, this.#text, ' ', this.#token);
  }

  /** Shows the error; gives the pause until asking again makes sense, undefined for the usual one. */
  show(error) {
    const text = troubleText(error, this.#view);
    setText(this.#text, text);
    this.#token.hidden = error.status !== 401;
    this.element.hidden = text === '';
    return SETTLED.includes(error.status) ? REFUSED_PAUSE_MILLIS : undefined;
  }

  clear() {
    this.element.hidden = true;
  }
}
