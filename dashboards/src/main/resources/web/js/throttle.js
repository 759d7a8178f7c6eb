// SPDX-License-Identifier: Apache-2.0

const LONGEST_REST_MILLIS = 1500;

/**
 * Runs `action` at most once per `millis`, the last call never lost; an async one never overlaps. One that
 * takes long rests `rest` times as long, though never longer than a person waits for news, so that a page
 * that draws much stays responsive. `call({ urgent: true })` waits for no rest.
 */
export function throttle(action, millis, rest = 0) {
  let timer = null; // of the next run, or of the end of the rest
  let running = false;
  let next = null; // what was called for meanwhile: 'later' or 'now'
  const run = async () => {
    timer = null;
    running = true;
    next = null;
    const began = performance.now();
    try {
      await action();
    } finally {
      running = false;
      const pause = Math.max(millis, Math.min(LONGEST_REST_MILLIS, rest * (performance.now() - began)));
      timer = setTimeout(() => {
        timer = null;
        if (next) call();
      }, next === 'now' ? 0 : pause);
    }
  };
  const call = ({ urgent = false } = {}) => {
    if (running || (timer !== null && !urgent)) {
      next = urgent || next === 'now' ? 'now' : 'later';
      return;
    }
    clearTimeout(timer);
    timer = setTimeout(run, 0);
  };
  return call;
}
