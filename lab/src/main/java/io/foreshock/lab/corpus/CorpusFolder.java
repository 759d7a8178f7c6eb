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
 * Where a corpus lies: {@code corpus.json} (the plan), {@code runs/NAME.lp.gz}, {@code
 * labels-SPLIT.json}; and while it is made, {@code running/}.
 */
record CorpusFolder(Path path) {
  /** The plan; missing: the corpus was not begun. */
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

  /** Telemetry of a run that goes on. */
  Path growing(PlannedRun run) {
    return runs().growing(run.run());
  }

  /** What of it the workers fill. */
  RunFolder runs() {
    return new RunFolder(path);
  }

  Path labels(Split split) {
    return path.resolve("labels-" + split.wireName() + ".json");
  }

  boolean finished(PlannedRun run) {
    return Files.exists(telemetry(run));
  }

  /**
   * Makes this the folder of a plan. Telemetry of runs that the plan has with other arguments is
   * deleted; that of runs that it does not have stays and is in nobody's way.
   *
   * @return the runs whose telemetry was deleted
   * @throws IOException when the folder cannot be written, or holds a plan that cannot be read or
   *     whose finished runs are all different ones: that is another corpus
   */
  List<PlannedRun> prepare(List<PlannedRun> runs) throws IOException {
    runs().create();
    List<PlannedRun> stale = stale(runs);
    if (!stale.isEmpty() && runs.stream().filter(this::finished).count() == stale.size()) {
      throw new IOException(
          path + ": holds a corpus of another seed, scale or version: expected it or an empty one");
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
   * The plan that lies here.
   *
   * @throws IOException when there is none
   */
  List<PlannedRun> read() throws IOException {
    if (!Files.exists(plan())) {
      throw new IOException(path + ": expected a corpus: corpus.json is missing");
    }
    return List.of(Json.MAPPER.readValue(plan().toFile(), PlannedRun[].class));
  }
}
