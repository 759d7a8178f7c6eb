// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import java.util.List;
import java.util.Map;

/**
 * A summary of a run from a store's rows.
 *
 * @param announced newest value of each field of {@code run_config}: numbers as {@link Double},
 *     booleans as 0 and 1, texts
 * @param stretches steps and times of each segment, in order
 * @param loss newest loss of the last segment; NaN when there is none
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
