// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.attach;

import io.foreshock.predictors.telemetry.Point;

/**
 * Gives a time to the lines of a log that tells none.
 *
 * <p><b>Definition.</b> The lines that the log had when it was first seen are spread evenly over
 * the time in which it was written. So the pace of the run is about right, by which silence is
 * judged. Each later line has the time of its batch. No time is before the one of the line before.
 *
 * <p>A batch that is sent again has the same times again, so the monitor knows its lines.
 */
final class LineClock {
  private static final long APART_NANOS = 1_000;

  private final History history;
  private long batchNanos;
  private long lastNanos;

  /**
   * The lines of a log that were there before it was first seen.
   *
   * @param lines how many
   * @param fromNanos when the log was begun
   * @param toNanos when the last of them was written
   */
  record History(long lines, long fromNanos, long toNanos) {}

  LineClock(History history, long lastNanos) {
    this.history = history;
    this.lastNanos = lastNanos;
  }

  /**
   * Begins a batch.
   *
   * @param nanos time of its lines
   * @param lastNanos newest time of a line before it
   */
  void batch(long nanos, long lastNanos) {
    this.batchNanos = nanos;
    this.lastNanos = lastNanos;
  }

  /** Newest time that was given. */
  long lastNanos() {
    return lastNanos;
  }

  /**
   * Gives a line a time, if it has none.
   *
   * @param index number of the line in the log, from 0
   */
  void stamp(Point point, long index) {
    if (!point.hasTime()) {
      point.setTimestamp(Math.max(time(index), lastNanos + APART_NANOS));
    }
    lastNanos = Math.max(lastNanos, point.timestamp());
  }

  private long time(long index) {
    if (index >= history.lines) {
      return batchNanos;
    }
    double share = (index + 1) / (double) history.lines;
    return history.fromNanos + (long) (share * (history.toNanos - history.fromNanos));
  }
}
