// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.telemetry;

import java.util.List;

/**
 * A stretch of a run between two rollbacks or resumes.
 *
 * @param index from 0, rising with time
 * @param parent segment it continues; -1 for the first
 * @param fromStep step of the checkpoint it started at: 0 for the first, else the step after which
 *     it branched off its parent
 * @param lastStep newest step seen in it
 * @param startedNanos time of its first line
 * @param live false once a later segment branched off
 */
public record Segment(
    int index, int parent, long fromStep, long lastStep, long startedNanos, boolean live) {

  /**
   * Index of the segment that was live at a time.
   *
   * @param segments of one run, oldest first
   * @return that of the newest segment that had started by then; of the first when none had; 0 when
   *     there is none
   */
  public static int liveAt(List<Segment> segments, long timeNanos) {
    int i = segments.size() - 1;
    while (i > 0 && segments.get(i).startedNanos > timeNanos) {
      i--;
    }
    return i < 0 ? 0 : segments.get(i).index;
  }
}
