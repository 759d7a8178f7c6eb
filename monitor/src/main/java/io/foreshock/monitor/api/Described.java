// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.monitor.pipeline.RunView;
import io.foreshock.predictors.telemetry.ConfigField;
import java.util.List;
import org.jspecify.annotations.Nullable;

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

  /** Who acknowledged an incident, when and why; null when nobody did. */
  static @Nullable ObjectNode acknowledged(RunView run, String incident) {
    return null;
  }

  static boolean archived(RunView run) {
    return false;
  }
}
