// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import java.util.function.LongSupplier;

/**
 * The time that the monitor was running in all, over its restarts; setting a clock does not change
 * it.
 *
 * <p><b>Threads.</b> The pipeline's.
 */
final class Uptime {
  private final LongSupplier nanoTime;
  private final long startedAt;

  /** Running time before this start, from the newest line of any run. */
  private long beforeNanos;

  Uptime(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.startedAt = nanoTime.getAsLong();
  }

  /** Notes the running time at which a run's newest line came. */
  void heard(long nanos) {
    beforeNanos = Math.max(beforeNanos, nanos);
  }

  /** Running time until now, in nanoseconds. */
  long nanos() {
    return nanosAt(nanoTime.getAsLong());
  }

  /** Running time at that {@link System#nanoTime}. */
  long nanosAt(long time) {
    return beforeNanos + time - startedAt;
  }
}
