// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.ingest.mlflow;

import java.util.Locale;

/** Status of a run as MLflow names it. */
enum RunStatus {
  RUNNING,
  SCHEDULED,
  FINISHED,
  FAILED,
  KILLED;

  /** Whether the run does not train any more. */
  boolean ended() {
    return this == FINISHED || this == FAILED || this == KILLED;
  }

  /** Name in a line. */
  String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
