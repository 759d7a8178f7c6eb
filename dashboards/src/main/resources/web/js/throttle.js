// SPDX-License-Identifier: Apache-2.0

/** Runs `action` at most once per `millis`, the last call never lost; an async one never overlaps. */
export function throttle(action, millis) {
  let timer = null;
  let again = false;
  const run = async () => {
    again = false;
    try {
      await action();
    } finally {
      timer = setTimeout(() => {
        timer = null;
        if (again) call();
      }, millis);
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
