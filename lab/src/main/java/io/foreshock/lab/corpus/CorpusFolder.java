// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.corpus;

import io.foreshock.lab.runner.RunFolder;
import io.foreshock.monitor.wire.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The directory of a corpus: {@code corpus.json} (the plan), {@code runs/NAME.lp.gz}, {@code
 * labels-SPLIT.json}, and {@code running/} during the training.
 */
record CorpusFolder(Path path) {
  /** The file of the plan; it does not exist before the corpus is started. */
  Path plan() {
    return path.resolve("corpus.json");
  }

  /** Telemetry of a run that has ended. */
  Path telemetry(PlannedRun run) {
    return telemetry(run.run());
  }

  Path telemetry(String run) {
    return runs().telemetry(run);
  }

  /** Telemetry of a run in progress. */
  Path growing(PlannedRun run) {
    return runs().growing(run.run());
  }

  /** The part of the directory that the workers fill. */
  RunFolder runs() {
    return new RunFolder(path);
  }

  Path labels(Split split) {
    return path.resolve("labels-" + split.wireName() + ".json");
  }

  /** Labels of the computed runs. */
  Path shapeLabels(Split split) {
    return path.resolve("shapes-" + split.wireName() + ".json");
  }

  boolean finished(PlannedRun run) {
    return Files.exists(telemetry(run));
  }

  /**
   * Makes this the directory of a plan. The telemetry of a run is deleted if the plan has the run
   * with other arguments. The telemetry of runs that are not in the plan stays.
   *
   * @return the runs whose telemetry was deleted
   * @throws IOException when the directory cannot be written, or when it contains a plan that
   *     cannot be read or that is of another corpus, in which all finished runs differ
   */
  List<PlannedRun> prepare(List<PlannedRun> runs) throws IOException {
    runs().create();
    List<PlannedRun> stale = stale(runs);
    if (!stale.isEmpty() && runs.stream().filter(this::finished).count() == stale.size()) {
      throw new IOException(
          path
              + ": expected this corpus or an empty directory, found a corpus of another seed, scale"
              + " or version");
    }
    for (PlannedRun run : stale) {
      Files.delete(telemetry(run));
    }
    RunFolder.write(plan(), runs);
    return stale;
  }

  private List<PlannedRun> stale(List<PlannedRun> runs) throws IOException {
    if (!Files.exists(plan())) {
      return List.of();
    }
    Map<String, List<String>> before = new HashMap<>();
    read().forEach(run -> before.put(run.run(), run.arguments()));
    return runs.stream()
        .filter(run -> finished(run) && !run.arguments().equals(before.get(run.run())))
        .toList();
  }

  /**
   * Reads the plan.
   *
   * @throws IOException when there is none
   */
  List<PlannedRun> read() throws IOException {
    if (!Files.exists(plan())) {
      throw new IOException(path + ": expected a corpus, but corpus.json is missing");
    }
    return List.of(Json.MAPPER.readValue(plan().toFile(), PlannedRun[].class));
  }
}
