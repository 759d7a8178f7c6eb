// SPDX-License-Identifier: Apache-2.0
// Builds elements. Text only ever becomes a text node, so that a run named like HTML stays a name.

/** An element: `h('a', { class: 'x', href: '#', on: { click } }, 'text', child)`. */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === 'on') {
      for (const [type, listener] of Object.entries(value)) element.addEventListener(type, listener);
    } else if (name === 'style') {
      for (const [key, text] of Object.entries(value)) element.style.setProperty(key, text);
    } else if (name in element && typeof value !== 'string') {
      element[name] = value;
    } else {
      element.setAttribute(name, value === true ? '' : value);
    }
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

/** Sets text only where it changed: a refresh then neither loses a selection nor re-announces. */
export function setText(element, text) {
  const value = String(text ?? '');
  if (element.textContent !== value) element.textContent = value;
}

/** A definition that appears on hover, focus or tap. */
export function hint(text) {
  return h('span', { class: 'hint', tabindex: '0', role: 'note', 'aria-label': text },
    h('span', { class: 'hint-mark', 'aria-hidden': 'true' }, '?'),
    h('span', { class: 'hint-text', 'aria-hidden': 'true' }, text));
}

/** Shows a modal with a form; resolves with its values on submit, with null when dismissed. */
export function ask(title, fields, submitLabel, { danger = false } = {}) {
  return new Promise((resolve) => {
    const form = h('form', { method: 'dialog' },
      h('h2', {}, title),
      ...fields,
      h('div', { class: 'dialog-actions' },
        h('button', { type: 'button', on: { click: () => dialog.close() } }, 'Cancel'),
        h('button', { type: 'submit', class: danger ? 'danger' : 'primary' }, submitLabel)));
    const dialog = h('dialog', {}, form);
    let answer = null;
    form.addEventListener('submit', () => {
      answer = Object.fromEntries(new FormData(form));
    });
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(answer);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** A labelled input for {@link ask}. */
export function field(label, name, props = {}, note = null) {
  return h('label', { class: 'field' }, h('span', {}, label), h('input', { name, ...props }),
    note ? h('small', {}, note) : null);
}
