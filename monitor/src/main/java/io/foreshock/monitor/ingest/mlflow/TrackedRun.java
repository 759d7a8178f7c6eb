// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.ingest.mlflow;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A run that a client created.
 *
 * @param id MLflow's id of the run
 * @param experiment id of its experiment
 * @param run the run's name in Foreshock; it never changes
 * @param name its name in MLflow, which need not be unique and may change
 * @param forwardedId its id on the server to which requests are forwarded; null = none yet
 */
record TrackedRun(
    String id,
    String experiment,
    String run,
    String name,
    String user,
    Life life,
    Map<String, String> tags,
    @Nullable String forwardedId) {
  /**
   * What happened to the run.
   *
   * @param endMillis 0 while it has not ended
   */
  record Life(RunStatus status, long startMillis, long endMillis, boolean deleted) {}

  TrackedRun withName(String newName) {
    return new TrackedRun(id, experiment, run, newName, user, life, tags, forwardedId);
  }

  TrackedRun withLife(Life newLife) {
    return new TrackedRun(id, experiment, run, name, user, newLife, tags, forwardedId);
  }

  TrackedRun withDeleted(boolean gone) {
    return withLife(new Life(life.status, life.startMillis, life.endMillis, gone));
  }

  TrackedRun withTags(Map<String, String> newTags) {
    return new TrackedRun(id, experiment, run, name, user, life, newTags, forwardedId);
  }

  TrackedRun withForwardedId(String other) {
    return new TrackedRun(id, experiment, run, name, user, life, tags, other);
  }
}
