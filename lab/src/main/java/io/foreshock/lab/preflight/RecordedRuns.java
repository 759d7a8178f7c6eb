// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.preflight;

import io.foreshock.lab.recording.Log;
import io.foreshock.lab.recording.Logs;
import io.foreshock.lab.recording.format.ReadingOptions;
import io.foreshock.predictors.online.RunWatch;
import io.foreshock.predictors.scaling.RunSummary;
import io.foreshock.predictors.telemetry.Telemetry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Summarizes recorded runs as the basis of a preflight. It reads the logs of any format, in files
 * or in directories, such as {@code sweep} writes.
 *
 * <p><b>Errors.</b> The first bad lines of a log are quoted and the other bad lines are counted.
 * The good lines are used.
 */
record RecordedRuns(Consumer<String> problems) {
  /**
   * The summaries of all runs in the logs.
   *
   * @throws IOException when one cannot be read, or a directory holds no log
   */
  List<RunSummary> read(List<Path> sources) throws IOException {
    List<RunSummary> summaries = new ArrayList<>();
    for (Log log : Logs.recognized(problems).find(sources)) {
      summaries.addAll(read(log));
    }
    return summaries;
  }

  private List<RunSummary> read(Log log) throws IOException {
    Map<String, RunWatch> runs = new LinkedHashMap<>();
    log.read(
        ReadingOptions.shipped(),
        point ->
            runs.computeIfAbsent(
                    Telemetry.run(point),
                    name -> new RunWatch(name, RunWatch.DEFAULT_HORIZON_STEPS))
                .accept(point, alarm -> {}),
        problems);
    return runs.values().stream().map(RunWatch::summary).flatMap(Optional::stream).toList();
  }
}
