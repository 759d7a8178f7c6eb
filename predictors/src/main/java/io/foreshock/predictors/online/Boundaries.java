// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.stats.State;
import io.foreshock.predictors.telemetry.RunEvent;

/**
 * The stage boundaries of a run: where level and noise of its signals may change.
 *
 * <p><b>Rules.</b> A boundary takes effect at once, or before the first sample of its step when it
 * is announced ahead. One of a step that lies more than {@value #LATE_STEPS} steps back is a mark
 * only, and so is one that is not newer than the last. After a rollback those beyond the step to
 * which it went are gone.
 *
 * <p><b>Edges.</b> One boundary can be ahead at a time, and the newest {@value #MOST} are kept.
 *
 * <p><b>Threads.</b> Not safe. <b>Cost.</b> O(1) a step, no allocation.
 */
final class Boundaries {
  private static final int LATE_STEPS = 100;
  private static final int MOST = 16;
  private static final long NONE = Long.MAX_VALUE;

  /** Steps after which there is a boundary, rising; only the first {@link #count} count. */
  private final long[] after = new long[MOST];

  private int count;
  private long ahead = NONE;
  private long newestNanos = Long.MIN_VALUE;

  /** Adds one, after the newest step {@code seen}; returns whether it takes effect now. */
  boolean add(RunEvent event, long seen) {
    boolean known = event.step() != RunEvent.NO_STEP;
    if (event.timeNanos() <= newestNanos || known && event.step() < seen - LATE_STEPS) {
      return false;
    }
    newestNanos = event.timeNanos();
    if (known && event.step() > seen + 1) {
      ahead = event.step();
      return false;
    }
    note(seen);
    return true;
  }

  /** Whether one takes effect before {@code step}, the first after {@code seen}. */
  boolean isDue(long step, long seen) {
    if (step < ahead) {
      return false;
    }
    ahead = NONE;
    note(seen);
    return true;
  }

  /** Removes those after {@code step}. */
  void rewind(long step) {
    while (count > 0 && after[count - 1] > step) {
      count--;
    }
  }

  /** Whether there is one between two steps: after {@code from}, and before {@code to} was seen. */
  boolean isBetween(long from, long to) {
    for (int i = 0; i < count; i++) {
      if (after[i] > from && after[i] < to) {
        return true;
      }
    }
    return false;
  }

  void exchange(State state) {
    count = (int) state.integer(count);
    state.integers(after, 0, MOST);
    ahead = state.integer(ahead);
    newestNanos = state.integer(newestNanos);
  }

  private void note(long seen) {
    if (count == MOST) {
      System.arraycopy(after, 1, after, 0, MOST - 1);
      count--;
    }
    after[count++] = seen;
  }
}
