// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import java.time.Clock;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The work for a store between writes: deletes old rows a few at a time, makes long runs quick to
 * read, and secures stored entries.
 *
 * <p><b>Errors.</b> Logged at WARN and tried again later, because they must not stop writes.
 * <b>Threads.</b> The thread that writes.
 */
final class Upkeep {
  private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);
  private static final long TIDY_EVERY_NANOS = TimeUnit.HOURS.toNanos(1);
  private static final long TIDY_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  /** Longest time without upkeep while the store is idle. */
  private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final String name;
  private final TelemetryStore store;
  private final int retentionDays;
  private final Clock clock;
  private long nextTidyNanos = System.nanoTime();
  private volatile boolean securityWanted;
  private boolean uncondensed = true;

  /**
   * Creates the upkeep of a store.
   *
   * @param name name of the store in logs
   * @param retentionDays age at which lines are deleted; 0 = never
   * @param clock by which lines are old
   */
  Upkeep(String name, TelemetryStore store, int retentionDays, Clock clock) {
    this.name = name;
    this.store = store;
    this.retentionDays = retentionDays;
    this.clock = clock;
  }

  /** Notes a write, after which there may be something to condense. */
  void written() {
    uncondensed = true;
  }

  /** Nanoseconds without upkeep if nothing is written. */
  long idleNanos() {
    if (uncondensed) {
      return 0;
    }
    return retentionDays == 0
        ? IDLE_NANOS
        : Math.min(IDLE_NANOS, Math.max(0, nextTidyNanos - System.nanoTime()));
  }

  /** Condenses a little, if there is something to condense. */
  void condense() {
    if (!uncondensed) {
      return;
    }
    try {
      uncondensed = store.condense();
    } catch (RuntimeException e) {
      uncondensed = false;
      LOG.warn(
          "store {}: condensing failed; long runs are slow to read until the next write", name, e);
    }
  }

  /** Requests that stored entries be secured, so that the journal can release them. Any thread. */
  void wantSecurity() {
    securityWanted = true;
  }

  /** Secures stored entries, if that was requested. */
  void secure() {
    if (securityWanted) {
      securityWanted = false;
      store.secure();
    }
  }

  /** Deletes a few rows that are too old, when it is time. */
  void tidy() {
    if (retentionDays == 0 || System.nanoTime() - nextTidyNanos < 0) {
      return;
    }
    long before =
        TimeUnit.MILLISECONDS.toNanos(clock.millis()) - TimeUnit.DAYS.toNanos(retentionDays);
    boolean more = false;
    try {
      more = store.tidy(before);
    } catch (RuntimeException e) {
      LOG.warn("store {}: rows older than the retention cannot be deleted now", name, e);
    }
    nextTidyNanos = System.nanoTime() + (more ? TIDY_AGAIN_NANOS : TIDY_EVERY_NANOS);
  }
}
