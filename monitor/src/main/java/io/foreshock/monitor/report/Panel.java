// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.report;

import io.foreshock.predictors.postmortem.Track;
import io.foreshock.predictors.telemetry.Signal;
import java.util.List;

/**
 * One signal's curves around an onset.
 *
 * @param lines the one to look at last, so that it is drawn on top
 */
record Panel(Signal signal, List<Line> lines) {
  /** How a curve is drawn. */
  enum Role {
    /** Of a layer that is not spoken of. */
    OTHER,
    /** The whole step's, or that of the layer that moved first. */
    MAIN,
    /** The same steps after a rollback. */
    AFTER
  }

  /** One curve. */
  record Line(Role role, Track track) {}
}
