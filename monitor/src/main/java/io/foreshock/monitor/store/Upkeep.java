// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import java.time.Clock;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done for a store between writes: what is too old is deleted, a little at a time, long
 * runs are made quick to read, and what is stored is secured.
 *
 * <p><b>Errors.</b> Told at WARN and tried again later: neither is worth a write. <b>Threads.</b>
 * The one that writes.
 */
final class Upkeep {
  private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);
  private static final long TIDY_EVERY_NANOS = TimeUnit.HOURS.toNanos(1);
  private static final long TIDY_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  /**
   * A store that is written little is secured this often; one that is written much does it itself.
   */
  private static final long SECURE_EVERY_NANOS = TimeUnit.MINUTES.toNanos(5);

  /** However idle, it is looked after this often. */
  private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final String name;
  private final TelemetryStore store;
  private final int retentionDays;
  private final Clock clock;
  private long nextTidyNanos = System.nanoTime();
  private volatile boolean securityWanted;
  private boolean uncondensed = true;

  /**
   * @param name of the store, in logs
   * @param retentionDays age at which lines are deleted; 0 = never
   * @param clock by which lines are old
   */
  Upkeep(String name, TelemetryStore store, int retentionDays, Clock clock) {
    this.name = name;
    this.store = store;
    this.retentionDays = retentionDays;
    this.clock = clock;
  }

  /** Something was written: there may be something to condense. */
  void written() {
    uncondensed = true;
  }

  /** How long there is nothing to do unless something is written. */
  long idleNanos() {
    if (uncondensed) {
      return 0;
    }
    return retentionDays == 0
        ? IDLE_NANOS
        : Math.min(IDLE_NANOS, Math.max(0, nextTidyNanos - System.nanoTime()));
  }

  /** Condenses a little, if there is something to. */
  void condense() {
    if (!uncondensed) {
      return;
    }
    try {
      uncondensed = store.condense();
    } catch (RuntimeException e) {
      uncondensed = false;
      LOG.warn("store {}: long runs stay slow to read for now", name, e);
    }
  }

  /** The journal could let go of what the store has, were it secured. May run on any thread. */
  void wantSecurity() {
    securityWanted = true;
  }

  /** Secures what is stored, if that is wanted. */
  void secure() {
    if (securityWanted) {
      securityWanted = false;
      store.secure();
    }
  }

  /** Deletes a little of what is too old, when it is time to. */
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
      LOG.warn("store {}: what is too old cannot be deleted now", name, e);
    }
    nextTidyNanos = System.nanoTime() + (more ? TIDY_AGAIN_NANOS : TIDY_EVERY_NANOS);
  }
}
