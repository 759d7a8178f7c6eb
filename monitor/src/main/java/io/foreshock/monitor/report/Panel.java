// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.report;

import io.foreshock.predictors.postmortem.Track;
import io.foreshock.predictors.telemetry.Signal;
import java.util.List;

/**
 * One signal's curves around an onset.
 *
 * @param lines curves; the most important one is last, so that it is drawn on top
 */
record Panel(Signal signal, List<Line> lines) {
  /** The role of a curve, which decides its colour. */
  enum Role {
    /** The curve of another layer. */
    OTHER,
    /** The curve of the whole step, or of the layer that moved first. */
    MAIN,
    /** The curve of the same steps after a rollback. */
    AFTER
  }

  /** One curve. */
  record Line(Role role, Track track) {}
}
