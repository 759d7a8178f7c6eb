// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import io.foreshock.predictors.telemetry.Point;

/** Observes the accepted lines of a write. It is called for each line, so it must be cheap. */
interface LineWatcher {
  /** Observes nothing. */
  LineWatcher NONE = (point, run, segment) -> {};

  /**
   * Observes an accepted line.
   *
   * @param point the line; the object is used again for the next line
   * @param segment the run's segment that the line belongs to
   */
  void line(Point point, String run, int segment);
}
