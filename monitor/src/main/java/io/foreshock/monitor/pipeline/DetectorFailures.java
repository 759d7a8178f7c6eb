// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs the failures of detectors once per run, because a broken detector fails at every line.
 *
 * <p><b>Threads.</b> The pipeline's.
 */
final class DetectorFailures {
  private static final Logger LOG = LoggerFactory.getLogger(DetectorFailures.class);

  private final Set<String> logged = new HashSet<>();

  /** Logs that a detector failed on a line of the run or on a clock tick. */
  void log(String run, RuntimeException failure) {
    if (logged.add(run)) {
      LOG.error(
          "run {}: detection failed; lines are kept, other runs are not affected", run, failure);
    }
  }

  /** Forgets a run. */
  void forget(String run) {
    logged.remove(run);
  }
}
