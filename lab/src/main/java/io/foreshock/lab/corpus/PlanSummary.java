// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.corpus;

import java.io.PrintWriter;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Prints the size and cost of a plan, for a person to judge before hours are spent on it. */
final class PlanSummary {
  private final List<PlannedRun> runs;
  private final PrintWriter out;

  PlanSummary(List<PlannedRun> runs, PrintWriter out) {
    this.runs = runs;
    this.out = out;
  }

  /** Prints the summary. */
  void print() {
    grid();
    row("", "runs", "train", "validation", "test", "steps", "minutes");
    counts("scenario", run -> run.scenario().wireName());
    counts("intended as", run -> run.scenario().nature().name().toLowerCase(Locale.ROOT));
    counts("optimizer", run -> run.family().optimizer().wireName());
    counts("architecture", run -> run.family().architecture().wireName());
    counts("length", run -> run.family().length().wireName());
    counts("logged every", run -> Long.toString(run.family().logEvery()));
    out.println();
    count("all", runs);
    out.printf(
        Locale.ROOT,
        "%nEstimated time: %.0f minutes on one core%n",
        runs.stream().mapToDouble(PlannedRun::seconds).sum() / 60);
  }

  /** Prints every option with its values, or with its range if there are many. */
  private void grid() {
    Map<String, TreeSet<String>> values = new TreeMap<>();
    for (PlannedRun run : runs) {
      for (String argument : run.configuration()) {
        String[] parts = argument.split("=", 2);
        values
            .computeIfAbsent(parts[0], option -> new TreeSet<>(PlanSummary::compare))
            .add(parts[1]);
      }
    }
    values.remove("--disturb");
    values.forEach((option, all) -> out.printf(Locale.ROOT, "%-28s%s%n", option, values(all)));
    out.println();
  }

  private static String values(TreeSet<String> all) {
    return all.size() <= 6
        ? String.join(" ", all)
        : all.first() + " to " + all.last() + " (" + all.size() + " values)";
  }

  /** Orders numbers by value and words by the alphabet. */
  private static int compare(String a, String b) {
    boolean numbers = Character.isDigit(a.charAt(0)) && Character.isDigit(b.charAt(0));
    return numbers ? Double.compare(Double.parseDouble(a), Double.parseDouble(b)) : a.compareTo(b);
  }

  private void counts(String title, Function<PlannedRun, String> key) {
    out.printf(Locale.ROOT, "%n%s%n", title);
    runs.stream()
        .map(key)
        .distinct()
        .forEach(
            value ->
                count(value, runs.stream().filter(run -> key.apply(run).equals(value)).toList()));
  }

  private void count(String name, Collection<PlannedRun> some) {
    Map<Split, Long> splits =
        some.stream().collect(Collectors.groupingBy(PlannedRun::split, Collectors.counting()));
    row(
        "  " + name,
        some.size(),
        splits.getOrDefault(Split.TRAIN, 0L),
        splits.getOrDefault(Split.VALIDATION, 0L),
        splits.getOrDefault(Split.TEST, 0L),
        some.stream().mapToLong(PlannedRun::steps).sum(),
        String.format(
            Locale.ROOT, "%.1f", some.stream().mapToDouble(PlannedRun::seconds).sum() / 60));
  }

  private void row(Object... cells) {
    out.printf(Locale.ROOT, "%-20s%6s%7s%12s%6s%9s%9s%n", cells);
  }
}
