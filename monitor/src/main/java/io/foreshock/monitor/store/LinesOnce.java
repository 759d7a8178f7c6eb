// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Recognizes values that came already, among rows in order of time. A line is there twice when it
 * was stored under two segments or tags.
 *
 * <p><b>Cost.</b> Holds the lines of one time.
 */
final class LinesOnce {
  private record Line(long step, @Nullable String layer, Map<String, String> identity) {}

  private final Map<Line, Set<String>> fieldsSeen = new HashMap<>();
  private long timeNanos = Long.MIN_VALUE;

  /** Whether this field of the row's line is new. */
  boolean isNew(InfluxReader.Row row, String field) {
    if (row.timeNanos() != timeNanos) {
      fieldsSeen.clear();
      timeNanos = row.timeNanos();
    }
    return fieldsSeen
        .computeIfAbsent(new Line(row.step(), row.layer(), row.identity()), line -> new HashSet<>())
        .add(field);
  }
}
