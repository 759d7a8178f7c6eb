// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import io.foreshock.monitor.config.Limits;
import io.foreshock.predictors.telemetry.Measurement;
import io.foreshock.predictors.telemetry.Point;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Refuses lines that would open more series than a run, or all runs together, may have.
 *
 * <p><b>Definition.</b> A series is a measurement, its tags except {@code run}, and one field. The
 * tag {@code segment} of {@code train_step} and {@code train_layer} does not count, so that
 * resuming a run opens no series.
 *
 * <p><b>Room.</b> {@link RunMemory} decides whether the heap has room. A line without room is
 * well-formed, and its sender may send it again later.
 *
 * <p><b>Threads.</b> Not safe: used by the pipeline. <b>Cost.</b> One comparison for each name of
 * the line; its characters are read only when no line with these names came lately. Nothing is
 * allocated for known series.
 */
final class SeriesLimit {
  private static final String RUN = "run";
  private static final String SEGMENT = "segment";

  private final Limits limits;
  private final RunMemory room;
  private long[] fresh = new long[16];

  /**
   * Creates a limit.
   *
   * @param room heap for new series
   */
  SeriesLimit(Limits limits, RunMemory room) {
    this.limits = limits;
    this.room = room;
  }

  /**
   * Opens the line's new series.
   *
   * @param decided whether the line was accepted before a restart; then only the heap can refuse it
   * @return whether there is room for them; otherwise none is opened
   * @throws RefusedLineException when they would be too many for a run, or a name is too long; none
   *     is opened then
   */
  boolean admit(SeriesSet series, Point point, boolean decided) throws RefusedLineException {
    long names = names(point);
    if (series.remembers(names)) {
      return true;
    }
    long line = line(series, point);
    int count = 0;
    for (int i = 0; i < point.fieldCount(); i++) {
      long hash = series.hash(line, point.fieldKey(i));
      if (!series.contains(hash)) {
        count = remember(hash, count);
      }
    }
    if (count > 0) {
      if (!decided) {
        refuseBeyondLimits(series, point, count);
      }
      if (!open(series, count)) {
        return false;
      }
    }
    series.remember(names);
    return true;
  }

  /** A hash of the identities of the line's name objects, not of their characters. Never 0. */
  private static long names(Point point) {
    long names = mixed(point.tagCount(), point.measurement());
    for (int i = 0; i < point.tagCount(); i++) {
      names = mixed(mixed(names, point.tagKey(i)), point.tagValue(i));
    }
    for (int i = 0; i < point.fieldCount(); i++) {
      names = mixed(names, point.fieldKey(i));
    }
    return names ^ names >>> 32 | Long.MIN_VALUE;
  }

  private static long mixed(long names, String name) {
    return (names + System.identityHashCode(name)) * SeriesSet.PRIME;
  }

  private static long line(SeriesSet series, Point point) {
    long measurement = series.hash(0, point.measurement());
    boolean known = Measurement.of(point.measurement()) != null;
    long tags = 0;
    for (int i = 0; i < point.tagCount(); i++) {
      String key = point.tagKey(i);
      if (!key.equals(RUN) && !(known && key.equals(SEGMENT))) {
        // a sum, so that the order of tags makes no difference
        tags += series.hash(series.hash(1, key), point.tagValue(i));
      }
    }
    return measurement + 3 * tags;
  }

  private int remember(long hash, int count) {
    if (count == fresh.length) {
      fresh = Arrays.copyOf(fresh, count * 2);
    }
    fresh[count] = hash;
    return count + 1;
  }

  private void refuseBeyondLimits(SeriesSet series, Point point, int count)
      throws RefusedLineException {
    refuseLongNames(point);
    if (series.size() + count > limits.series().perRun()) {
      throw new RefusedLineException(
          "the line would open series beyond limits.series_per_run = " + limits.series().perRun());
    }
  }

  private boolean open(SeriesSet series, int count) {
    long now = series.size() == 0 ? 0 : RunCost.grown(series.size());
    if (!room.reserve(RunCost.grown(series.size() + (long) count) - now, count)) {
      return false;
    }
    for (int i = 0; i < count; i++) {
      series.add(fresh[i]);
    }
    return true;
  }

  /** Checks the names' lengths; only a new series can have names that were not checked. */
  private void refuseLongNames(Point point) throws RefusedLineException {
    refuseLong("measurement", point.measurement());
    for (int i = 0; i < point.tagCount(); i++) {
      refuseLong("tag key", point.tagKey(i));
      if (!point.tagKey(i).equals(RUN)) { // has a limit of its own
        refuseLong("tag value", point.tagValue(i));
      }
    }
    for (int i = 0; i < point.fieldCount(); i++) {
      refuseLong("field key", point.fieldKey(i));
    }
  }

  private void refuseLong(String what, String name) throws RefusedLineException {
    if (name.length() > limits.names().bytes()
        || name.getBytes(StandardCharsets.UTF_8).length > limits.names().bytes()) {
      throw new RefusedLineException(
          "%s '%s…' is longer than limits.name_bytes = %s"
              .formatted(
                  what, name.substring(0, Math.min(40, name.length())), limits.names().bytes()));
    }
  }
}
