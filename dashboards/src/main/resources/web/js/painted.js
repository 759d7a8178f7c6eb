// SPDX-License-Identifier: Apache-2.0

const LONGEST_MILLIS = 1000; // a page that was hidden meanwhile has no frames

/** Resolves once what was drawn so far has been painted. */
export function painted() {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, document.hidden ? 0 : LONGEST_MILLIS);
    requestAnimationFrame(() => setTimeout(() => {
      clearTimeout(timer);
      resolve();
    }));
  });
}
