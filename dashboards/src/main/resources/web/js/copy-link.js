// SPDX-License-Identifier: Apache-2.0
// Shows an address to be copied. The clipboard is only open to pages over https or on this machine.

import { ask, h } from './dom.js';

/** Shows the address, selected, and copies it when asked to. */
export async function showLink(title, address) {
  const text = h('input', { readonly: true, 'aria-label': title, class: 'link-text' });
  text.value = address;
  text.addEventListener('focus', () => text.select());
  const answer = ask(title, [text], 'Copy');
  text.focus();
  if ((await answer) === null) return;
  try {
    await navigator.clipboard.writeText(address);
  } catch {
    showLink(`${title}: copy it with the keyboard`, address);
  }
}
