// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs writes of which nothing was understood, once per run, because such a sender writes the same
 * names again and again.
 *
 * <p><b>Threads.</b> The pipeline's.
 */
final class StrangeWrites {
  private static final Logger LOG = LoggerFactory.getLogger(StrangeWrites.class);

  private final Set<String> logged = new HashSet<>();

  /** Logs that no line of a write of this run was understood. */
  void log(Run run) {
    if (logged.add(run.name)) {
      List<String> sentences = run.watch.understanding().report().sentences();
      LOG.warn(
          "run {}: nothing of a write was understood. {}", run.name, String.join(" ", sentences));
    }
  }

  /** Forgets a run. */
  void forget(String run) {
    logged.remove(run);
  }
}
