// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.ingest.mlflow;

import java.util.Map;

/** An experiment: a named group of runs. */
record Experiment(
    String id, String name, long createdMillis, boolean deleted, Map<String, String> tags) {
  /** Id of the experiment that every server has. */
  static final String DEFAULT_ID = "0";

  static Experiment named(String id, String name, long createdMillis) {
    return new Experiment(id, name, createdMillis, false, Map.of());
  }

  Experiment withName(String newName) {
    return new Experiment(id, newName, createdMillis, deleted, tags);
  }

  Experiment withDeleted(boolean gone) {
    return new Experiment(id, name, createdMillis, gone, tags);
  }

  Experiment withTags(Map<String, String> newTags) {
    return new Experiment(id, name, createdMillis, deleted, newTags);
  }
}
