// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.corpus;

import io.foreshock.lab.runner.RunFolder;
import io.foreshock.monitor.wire.Json;
import io.foreshock.predictors.evaluation.RunLabel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A part of a corpus that is small enough to be committed to a repository. It has no run of the
 * test split.
 *
 * <p><b>Definition.</b> Runs are grouped by scenario and class, and the groups take turns. Each
 * adds, if it still fits, the run whose optimizer and architecture were chosen most rarely so far;
 * among equals it adds the smallest.
 *
 * @param maxBytes largest size of all files together, bytes
 */
record Subset(CorpusFolder from, CorpusFolder to, long maxBytes) {
  /** Reserved for the parts of the JSON files around their entries. */
  private static final long SPARE_BYTES = 1000;

  /** Indented JSON is about this many times as long as JSON in one line. */
  private static final int INDENTATION = 2;

  /** A run that may be chosen. */
  private record Candidate(PlannedRun run, RunLabel label, long bytes) {
    String group() {
      return run.scenario().wireName() + " " + label.runClass();
    }

    String kind() {
      return run.family().optimizer() + " " + run.family().architecture();
    }
  }

  /**
   * Writes the subset.
   *
   * @return how many runs it has
   * @throws IOException when the corpus cannot be read or the subset cannot be written
   */
  int write() throws IOException {
    List<Candidate> chosen = choose(candidates());
    to.prepare(chosen.stream().map(Candidate::run).toList());
    for (Candidate candidate : chosen) {
      Path file = to.telemetry(candidate.run());
      Files.copy(from.telemetry(candidate.run()), file, StandardCopyOption.REPLACE_EXISTING);
    }
    for (Split split : List.of(Split.TRAIN, Split.VALIDATION)) {
      List<RunLabel> part =
          chosen.stream().filter(c -> c.run().split() == split).map(Candidate::label).toList();
      RunFolder.write(to.labels(split), CorpusLabels.json(part));
    }
    return chosen.size();
  }

  private List<Candidate> candidates() throws IOException {
    CorpusLabels labels = new CorpusLabels(from);
    List<Candidate> candidates = new ArrayList<>();
    for (PlannedRun run : from.read()) {
      if (run.split() != Split.TEST && from.finished(run)) {
        RunLabel label = labels.of(run);
        if (!CorpusLabels.clear(run, label)) {
          continue;
        }
        int json = Json.text(run).length() + Json.text(CorpusLabels.json(List.of(label))).length();
        long bytes = Files.size(from.telemetry(run)) + (long) INDENTATION * json;
        candidates.add(new Candidate(run, label, bytes));
      }
    }
    candidates.sort(Comparator.comparingLong(Candidate::bytes));
    return candidates;
  }

  private List<Candidate> choose(List<Candidate> candidates) {
    Map<String, List<Candidate>> groups = new LinkedHashMap<>();
    for (Candidate candidate : candidates) {
      groups.computeIfAbsent(candidate.group(), group -> new ArrayList<>()).add(candidate);
    }
    List<Candidate> chosen = new ArrayList<>();
    Map<String, Integer> kinds = new LinkedHashMap<>();
    long room = maxBytes - SPARE_BYTES;
    while (!groups.isEmpty()) {
      for (List<Candidate> group : groups.values()) {
        long left = room;
        group.removeIf(candidate -> candidate.bytes() > left);
        // candidates are sorted by size, so the smallest of equals comes first
        Candidate next =
            group.stream()
                .min(Comparator.comparingInt(c -> kinds.getOrDefault(c.kind(), 0)))
                .orElse(null);
        if (next != null) {
          group.remove(next);
          chosen.add(next);
          kinds.merge(next.kind(), 1, Integer::sum);
          room -= next.bytes();
        }
      }
      groups.values().removeIf(List::isEmpty);
    }
    chosen.sort(Comparator.comparing(candidate -> candidate.run().run()));
    return chosen;
  }
}
