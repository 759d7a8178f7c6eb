// SPDX-License-Identifier: Apache-2.0

const LONGEST_MILLIS = 1000; // a page that was hidden meanwhile has no frames

// A browser paints beside the script, and begins a third frame only when the first has been painted.
const FRAMES_UNTIL_PAINTED = 3;

/** Resolves once what was drawn so far has been painted. */
export function painted() {
  return frames(FRAMES_UNTIL_PAINTED);
}

/** Resolves in a later frame of the screen, so that a person's doings come between. */
export function nextFrame() {
  return frames(1);
}

function frames(number) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, document.hidden ? 0 : LONGEST_MILLIS);
    const frame = (left) => requestAnimationFrame(() => {
      if (left > 1) {
        frame(left - 1);
      } else {
        clearTimeout(timer);
        resolve();
      }
    });
    frame(number);
  });
}
