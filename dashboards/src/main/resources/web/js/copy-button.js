// SPDX-License-Identifier: Apache-2.0
// Copies a text. The clipboard is only open to pages over https or on this machine.

import { h } from './dom.js';

const SHOWN_MILLIS = 1500;

/** A button that copies the text of an element; where it may not, it selects that text instead. */
export function copyButton(source) {
  const button = h('button', { type: 'button', class: 'copy' }, 'Copy');
  button.addEventListener('click', async () => {
    const done = await copied(source);
    button.textContent = done ? 'Copied' : 'Selected: press Ctrl+C';
    setTimeout(() => (button.textContent = 'Copy'), SHOWN_MILLIS);
  });
  return button;
}

async function copied(source) {
  try {
    await navigator.clipboard.writeText(source.textContent);
    return true;
  } catch {
    getSelection().selectAllChildren(source);
    return false;
  }
}
