// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import java.util.List;
import java.util.Map;

/**
 * What a store's rows tell of a run as a whole.
 *
 * @param announced newest value of each field of {@code run_config}: numbers as {@link Double},
 *     truth values as 0 and 1, texts
 * @param stretches by segment, in order of it
 * @param loss newest of the last segment; NaN when none
 */
public record RunRows(
    String run, Map<String, Object> announced, List<Stretch> stretches, double loss) {
  /**
   * A segment's steps and times.
   *
   * @param firstNanos time of its first line, nanoseconds since the epoch
   */
  public record Stretch(
      int segment, long firstStep, long lastStep, long firstNanos, long lastNanos) {}
}
