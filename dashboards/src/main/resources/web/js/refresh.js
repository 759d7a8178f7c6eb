// SPDX-License-Identifier: Apache-2.0
// Keeps a view fresh: asks again and again while the page is on screen, and at once when told to.

/**
 * Calls `load` now and then every `millis` until `signal` ends it; calls never overlap. `load` may
 * resolve with another pause in milliseconds. The function that is returned calls `load` at once.
 */
export function refresh(load, millis, signal) {
  let wake = () => {};
  let timer = null;
  const pauseOf = async (first) => (document.hidden && !first ? millis : await load() ?? millis);
  const run = async () => {
    for (let first = true; !signal.aborted; first = false) {
      const due = new Promise((resolve) => (wake = resolve)); // `wake` may be called during `load`
      const pause = await pauseOf(first);
      timer = setTimeout(wake, signal.aborted ? 0 : pause);
      await due;
      clearTimeout(timer);
    }
  };
  document.addEventListener('visibilitychange', () => wake(), { signal });
  signal.addEventListener('abort', () => wake());
  run();
  return () => wake();
}
