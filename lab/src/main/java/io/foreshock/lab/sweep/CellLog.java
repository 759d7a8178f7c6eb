// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.sweep;

import io.foreshock.lab.runner.WorkProgress;
import io.foreshock.lab.runner.Workers;
import io.foreshock.monitor.wire.Json;
import java.io.IOException;
import java.util.Optional;

/** Records in a sweep's directory how each cell ended, and prints the progress. */
record CellLog(SweepFolder folder, WorkProgress progress) implements Workers.Listener<Cell> {
  @Override
  public void ended(Cell cell, double seconds, Optional<String> failure) {
    Optional<String> problem = failure;
    try {
      folder.keep(new EndedCell(cell, Json.finite(seconds), failure.orElse(null)));
    } catch (IOException e) {
      problem =
          Optional.of(failure.map(f -> f + "; ").orElse("") + "its end cannot be recorded: " + e);
    }
    progress.ended(cell, seconds, problem);
  }
}
