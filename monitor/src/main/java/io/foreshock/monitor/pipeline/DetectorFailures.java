// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs the failures of detectors, once a run: one that fails does so at every line.
 *
 * <p><b>Threads.</b> The pipeline's.
 */
final class DetectorFailures {
  private static final Logger LOG = LoggerFactory.getLogger(DetectorFailures.class);

  private final Set<String> logged = new HashSet<>();

  /** A detector failed on a line of the run or a look at the clock. */
  void log(String run, RuntimeException failure) {
    if (logged.add(run)) {
      LOG.error("run {}: detection failed; lines are kept, other runs go on", run, failure);
    }
  }

  /** A run is forgotten. */
  void forget(String run) {
    logged.remove(run);
  }
}
