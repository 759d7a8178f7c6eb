// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.api;

import io.foreshock.monitor.pipeline.RunView;
import io.foreshock.predictors.telemetry.ConfigField;
import java.util.List;

/** How a run is described: its labels, its notes, and whether it is put aside. */
final class Described {
  private Described() {}

  static List<String> tags(RunView run) {
    return run.configuration().tags();
  }

  /** Free text; empty when there is none. */
  static String notes(RunView run) {
    return run.configuration().text(ConfigField.NOTES).orElse("");
  }

  static boolean archived(RunView run) {
    return false;
  }
}
