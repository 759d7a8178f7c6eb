// SPDX-License-Identifier: Apache-2.0

const LONGEST_REST_MILLIS = 1500;

/**
 * Runs `action` at most once per `millis`, the last call never lost; an async one never overlaps. One that
 * takes long rests `rest` times as long, though never longer than a person waits for news, so that a page
 * that draws much stays responsive.
 */
export function throttle(action, millis, rest = 0) {
  let timer = null;
  let again = false;
  const run = async () => {
    again = false;
    const began = performance.now();
    try {
      await action();
    } finally {
      timer = setTimeout(() => {
        timer = null;
        if (again) call();
      }, Math.max(millis, Math.min(LONGEST_REST_MILLIS, rest * (performance.now() - began))));
    }
  };
  const call = () => {
    if (timer !== null) {
      again = true;
      return;
    }
    timer = setTimeout(run, 0);
  };
  return call;
}
