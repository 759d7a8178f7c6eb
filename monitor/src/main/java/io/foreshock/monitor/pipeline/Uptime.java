// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import java.util.function.LongSupplier;

/**
 * How long the monitor has been running in all, over its restarts: age by no clock that can be set.
 *
 * <p><b>Threads.</b> The pipeline's.
 */
final class Uptime {
  private final LongSupplier nanoTime;
  private final long startedAt;

  /** What it was running before this start, as far as a run tells. */
  private long beforeNanos;

  Uptime(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.startedAt = nanoTime.getAsLong();
  }

  /** A run was heard when the monitor had been running for so long. */
  void heard(long nanos) {
    beforeNanos = Math.max(beforeNanos, nanos);
  }

  /** Now, in nanoseconds. */
  long nanos() {
    return nanosAt(nanoTime.getAsLong());
  }

  /** At that {@link System#nanoTime}. */
  long nanosAt(long time) {
    return beforeNanos + time - startedAt;
  }
}
