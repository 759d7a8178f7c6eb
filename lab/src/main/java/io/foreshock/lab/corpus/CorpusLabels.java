// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.corpus;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.lab.recording.RunFile;
import io.foreshock.lab.runner.RunFolder;
import io.foreshock.monitor.wire.Json;
import io.foreshock.predictors.evaluation.Hindsight;
import io.foreshock.predictors.evaluation.RunClass;
import io.foreshock.predictors.evaluation.RunLabel;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Labels runs from their telemetry, and writes the labels as {@code replay --labels} reads them.
 */
final class CorpusLabels {
  private static final int KNOWN_AFTER = 16;

  private final CorpusFolder folder;

  CorpusLabels(CorpusFolder folder) {
    this.folder = folder;
  }

  /**
   * Labels every run that has ended, writes a file for each split, and prints the number of runs of
   * each class. For the test split it prints only the number of all runs.
   *
   * @return how many runs could not be labelled; each is reported on {@code err}
   * @throws IOException when labels cannot be written
   */
  int write(List<PlannedRun> runs, PrintWriter out, PrintWriter err) throws IOException {
    Map<Split, List<RunLabel>> labels = new EnumMap<>(Split.class);
    for (Split split : Split.values()) {
      labels.put(split, new ArrayList<>());
    }
    Map<Split, Integer> unclear = new EnumMap<>(Split.class);
    int failed = 0;
    for (PlannedRun run : runs) {
      if (folder.finished(run)) {
        try {
          RunLabel label = of(run);
          if (clear(run, label)) {
            labels.computeIfAbsent(run.split(), split -> new ArrayList<>()).add(label);
          } else {
            unclear.merge(run.split(), 1, Integer::sum);
          }
        } catch (IOException e) {
          failed++;
          err.println("corpus: " + run.run() + " has no label: " + e.getMessage());
        }
      }
    }
    for (Map.Entry<Split, List<RunLabel>> split : labels.entrySet()) {
      RunFolder.write(folder.labels(split.getKey()), json(split.getValue()));
      out.println(counts(split.getKey(), split.getValue(), unclear));
    }
    return failed;
  }

  /** How many runs a split has, by class; for the test split only how many it has. */
  static String counts(Split split, List<RunLabel> labels, Map<Split, Integer> unclear) {
    StringBuilder line = new StringBuilder(split.wireName() + ": " + labels.size() + " runs");
    if (split != Split.TEST) {
      for (RunClass runClass : RunClass.values()) {
        long count = labels.stream().filter(label -> label.runClass() == runClass).count();
        line.append(", ").append(count).append(' ').append(runClass.wireName());
      }
    }
    if (split != Split.TEST && unclear.containsKey(split)) {
      line.append("; left out: ")
          .append(unclear.get(split))
          .append(" that stayed healthy although pushed, or diverged at once");
    }
    return line.toString();
  }

  /**
   * Whether a run is suitable for judging predictors. A run that was pushed towards divergence and
   * did not diverge is not: it may have been close. A run that diverged before its {@value
   * #KNOWN_AFTER}th line is not either, because nobody could have predicted that.
   */
  static boolean clear(PlannedRun run, RunLabel label) {
    return label.runClass() == RunClass.HEALTHY
        ? run.scenario().nature() == Scenario.Nature.HEALTHY
        : label.onset().orElseThrow() > KNOWN_AFTER * run.logEvery();
  }

  /**
   * The label of a run.
   *
   * @throws IOException when its telemetry cannot be read, has no step, or contains a bad line; the
   *     message has the line's number
   */
  RunLabel of(PlannedRun run) throws IOException {
    Path telemetry = folder.telemetry(run);
    Hindsight hindsight = new Hindsight();
    new RunFile(telemetry).read(config -> {}, hindsight::accept);
    if (hindsight.steps() == 0) {
      throw new IOException(telemetry + ": expected the telemetry of a run, found no step");
    }
    Map<String, String> family = new LinkedHashMap<>(run.family().byName());
    family.put("scenario", run.scenario().wireName());
    long[] struck = run.struck().stream().mapToLong(Long::longValue).toArray();
    return hindsight.label(run.run(), struck).withFamily(family);
  }

  /** The content of a file of labels. */
  static ObjectNode json(List<RunLabel> labels) {
    ObjectNode file = Json.object();
    ArrayNode runs = file.putArray("runs");
    labels.forEach(label -> runs.add(json(label)));
    return file;
  }

  private static ObjectNode json(RunLabel label) {
    ObjectNode run = Json.object();
    run.put("run", label.run());
    run.put("class", label.runClass().wireName());
    label.onset().ifPresent(onset -> run.put("onset", onset));
    run.put("steps", label.steps());
    ArrayNode struck = run.putArray("struck");
    label.struck().forEach(struck::add);
    ObjectNode family = run.putObject("family");
    label.family().forEach(family::put);
    return run;
  }
}
