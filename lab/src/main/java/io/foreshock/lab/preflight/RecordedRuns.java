// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.preflight;

import io.foreshock.lab.recording.Recording;
import io.foreshock.predictors.online.RunWatch;
import io.foreshock.predictors.scaling.RunSummary;
import io.foreshock.predictors.telemetry.Telemetry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Summarizes recorded runs as the basis of a preflight. It reads files of line protocol, or
 * directories of such files, such as {@code sweep} writes.
 *
 * <p><b>Errors.</b> The first bad lines of a file are quoted and the other bad lines are counted.
 * The good lines are used.
 */
record RecordedRuns(Consumer<String> problems) {
  /**
   * The summaries of all runs in the files.
   *
   * @throws IOException when one cannot be read, or a directory holds no recording
   */
  List<RunSummary> read(List<Path> paths) throws IOException {
    List<RunSummary> summaries = new ArrayList<>();
    for (Path path : paths) {
      for (Path file : files(path)) {
        summaries.addAll(read(file));
      }
    }
    return summaries;
  }

  private static List<Path> files(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      return List.of(path);
    }
    try (Stream<Path> all = Files.walk(path)) {
      List<Path> files = all.filter(RecordedRuns::isRecording).sorted().toList();
      if (files.isEmpty()) {
        throw new IOException(path + ": expected files that end in .lp or .lp.gz");
      }
      return files;
    }
  }

  private static boolean isRecording(Path file) {
    String name = file.getFileName().toString();
    return name.endsWith(".lp") || name.endsWith(".lp.gz");
  }

  private List<RunSummary> read(Path file) throws IOException {
    Map<String, RunWatch> runs = new LinkedHashMap<>();
    new Recording(file)
        .read(
            point ->
                runs.computeIfAbsent(
                        Telemetry.run(point),
                        name -> new RunWatch(name, RunWatch.DEFAULT_HORIZON_STEPS))
                    .accept(point, alarm -> {}),
            problems);
    return runs.values().stream().map(RunWatch::summary).flatMap(Optional::stream).toList();
  }
}
