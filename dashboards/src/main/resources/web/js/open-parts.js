// SPDX-License-Identifier: Apache-2.0
// Parts of a page that a person opened, so that a link opens them again: each `<details data-part="name">`.

/** Opens the parts of these names, and calls `changed(names)` when a person opens or closes one. */
export function keepOpenParts(root, names, changed) {
  const open = new Set(names);
  root.querySelectorAll('details[data-part]').forEach((part) => {
    part.open ||= open.has(part.dataset.part);
  });
  root.addEventListener('toggle', ({ target }) => { // it does not bubble, so it is caught on its way down
    const part = target.dataset?.part;
    if (!part || open.has(part) === target.open) return;
    if (target.open) open.add(part);
    else open.delete(part);
    changed([...open]);
  }, { capture: true });
}
