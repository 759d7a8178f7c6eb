// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Tells values that came already, among rows in order of time: a line is there twice when it was
 * stored once under one segment or tag and once under another.
 *
 * <p><b>Cost.</b> Holds what came at one time.
 */
final class LinesOnce {
  private record Line(long step, String layer, Map<String, String> identity) {}

  private final Map<Line, Set<String>> fieldsSeen = new HashMap<>();
  private long timeNanos = Long.MIN_VALUE;

  /** Whether this field of the row's line did not come before. */
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
