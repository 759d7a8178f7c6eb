// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import io.foreshock.predictors.telemetry.Point;

/** Looks at the lines of a write as they are taken. Called once a line: it must cost nothing. */
interface LineWatcher {
  /** Looks at none. */
  LineWatcher NONE = (point, run, segment) -> {};

  /**
   * A line was taken.
   *
   * @param point is used again for the next line
   * @param segment of the run's lineage that it belongs to
   */
  void taken(Point point, String run, int segment);
}
