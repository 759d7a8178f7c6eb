// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.telemetry;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A part of a run without a jump back; a rollback or a resume begins the next one.
 *
 * @param index number of the segment, from 0, rising with time
 * @param parent index of the segment that it continues; -1 for the first
 * @param fromStep step of the checkpoint at which it started: 0 for the first, otherwise the step
 *     after which it branched off its parent
 * @param lastStep its newest step
 * @param startedNanos time of its first line
 * @param live false once a later segment branched off
 */
public record Segment(
    int index, int parent, long fromStep, long lastStep, long startedNanos, boolean live) {

  /**
   * Returns the index of the segment that was live at a time.
   *
   * @param segments of one run, oldest first
   * @return index of the newest segment that had started by then, or of the first one if none had;
   *     0 when there is no segment
   */
  public static int liveAt(List<Segment> segments, long timeNanos) {
    int i = segments.size() - 1;
    while (i > 0 && segments.get(i).startedNanos > timeNanos) {
      i--;
    }
    return i < 0 ? 0 : segments.get(i).index;
  }

  /**
   * Returns the steps that led to a run's newest one: those that no rollback left behind.
   *
   * @param segments of one run, oldest first
   * @return for each segment that has such steps the last of them, oldest first; for the newest
   *     segment, which may grow, {@link Long#MAX_VALUE}
   */
  public static Map<Integer, Long> living(List<Segment> segments) {
    Map<Integer, Segment> byIndex = new HashMap<>();
    segments.forEach(segment -> byIndex.put(segment.index, segment));
    Map<Integer, Long> living = new TreeMap<>();
    long last = Long.MAX_VALUE;
    Segment segment = segments.isEmpty() ? null : segments.get(segments.size() - 1);
    while (segment != null && living.putIfAbsent(segment.index, last) == null) {
      last = Math.min(last, segment.fromStep);
      segment = byIndex.get(segment.parent);
    }
    return living;
  }
}
