// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.sweep;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.lab.print.Csv;
import io.foreshock.lab.print.Format;
import io.foreshock.lab.recording.RunFile;
import io.foreshock.monitor.report.Figures;
import io.foreshock.monitor.wire.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A grid in numbers, for a person to judge before hours are spent on it.
 *
 * <p>Minutes are estimated by {@link Cell#seconds()}; where cells have ended in the folder, by what
 * they took compared with that, for the share of their steps that they made: a run that is lost
 * ends early.
 *
 * @param missing those that are still to be trained
 * @param slowness seconds of this machine for an estimated one
 * @param measured by how many ended cells; 0: by none, the slowness is 1
 */
record SweepPlan(List<Cell> cells, List<Cell> missing, double slowness, int measured, int workers) {
  /** A cell's telemetry takes some 50 ms to read; some of a large sweep's tell as much as all. */
  private static final int MOST_READ = 100;

  /**
   * The plan of a grid.
   *
   * @param directory of the sweep; null or missing: nothing has ended
   * @param workers 0 counts as 1
   */
  static SweepPlan of(List<Cell> cells, Path directory, int workers) throws IOException {
    if (directory == null) {
      return new SweepPlan(cells, cells, 1, 0, Math.max(1, workers));
    }
    SweepFolder folder = new SweepFolder(directory);
    List<Cell> missing = new ArrayList<>();
    for (Cell cell : cells) {
      if (!folder.finished(cell)) {
        missing.add(cell);
      }
    }
    double estimated = 0;
    double taken = 0;
    int measured = 0;
    List<EndedCell> ended = folder.all();
    int every = 1 + ended.size() / MOST_READ;
    for (int i = 0; i < ended.size(); i += every) {
      EndedCell one = ended.get(i);
      double share = one.seconds() == null ? 0 : share(folder, one.cell());
      if (share > 0) {
        estimated += share * one.cell().seconds();
        taken += one.seconds();
        measured++;
      }
    }
    double slowness = measured == 0 ? 1 : taken / estimated;
    return new SweepPlan(cells, missing, slowness, measured, Math.max(1, workers));
  }

  /** How much of its steps it made; 0 where its telemetry does not tell. */
  private static double share(SweepFolder folder, Cell cell) {
    AtomicLong last = new AtomicLong();
    try {
      new RunFile(folder.runs().telemetry(cell.run()))
          .read(config -> {}, sample -> last.accumulateAndGet(sample.step(), Math::max));
    } catch (IOException e) {
      return 0; // collecting names it; here it is of no use
    }
    return (double) last.get() / cell.steps();
  }

  String as(Format format) {
    return switch (format) {
      case TEXT -> text();
      case JSON -> json().toPrettyString() + "\n";
      case CSV -> csv();
    };
  }

  /** Until all are trained; no worker can be of help in the last cell of another. */
  private double minutes() {
    double longest = missing.stream().mapToDouble(Cell::seconds).max().orElse(0);
    return slowness * Math.max(longest, seconds(missing) / workers) / 60;
  }

  private static double seconds(Collection<Cell> cells) {
    return cells.stream().mapToDouble(Cell::seconds).sum();
  }

  private String text() {
    StringBuilder text = new StringBuilder();
    row(text, "", "cells", "N", "tokens each", "FLOPs each", "FLOPs", "core minutes");
    group(text, cell -> cell.size().text());
    text.append('\n');
    group(text, cell -> "lr " + Cell.text(cell.learningRate()));
    text.append('\n');
    group(text, Cell::variant);
    text.append('\n');
    count(text, "all", cells);
    count(text, "to train", missing);
    text.append(
        String.format(
            Locale.ROOT,
            "%n%s%nN is 12 layers width² here, without norms%n"
                + "estimated: %.1f minutes with %d workers, %s%n",
            Flops.FORMULA,
            minutes(),
            workers,
            measured == 0
                ? "by the speed of another machine"
                : "by what " + measured + " cells took here"));
    return text.toString();
  }

  private void group(StringBuilder text, Function<Cell, String> key) {
    Map<String, List<Cell>> groups =
        cells.stream().collect(Collectors.groupingBy(key, LinkedHashMap::new, Collectors.toList()));
    groups.forEach((name, some) -> count(text, name, some));
  }

  private void count(StringBuilder text, String name, List<Cell> some) {
    row(
        text,
        name,
        some.size(),
        same(some, cell -> String.valueOf(cell.size().parameters())),
        same(some, cell -> String.valueOf(cell.tokens())),
        same(some, cell -> Figures.number(cell.flops())),
        Figures.number(some.stream().mapToDouble(Cell::flops).sum()),
        Figures.fixed(slowness * seconds(some) / 60, 1));
  }

  /** What is the same for all of them; nothing where it is not. */
  private static String same(List<Cell> some, Function<Cell, String> value) {
    List<String> values = some.stream().map(value).distinct().toList();
    return values.size() == 1 ? values.get(0) : "";
  }

  private static void row(StringBuilder text, Object... cells) {
    text.append(String.format("%-20s%7s%12s%13s%12s%12s%14s%n", cells));
  }

  private ObjectNode json() {
    ObjectNode json = Json.object();
    json.put("formula", Flops.FORMULA);
    json.put("flops", cells.stream().mapToDouble(Cell::flops).sum());
    json.put("core_minutes", slowness * seconds(cells) / 60);
    json.put("workers", workers);
    json.put("minutes", minutes());
    json.put("missing", missing.size());
    ArrayNode array = json.putArray("cells");
    for (int i = 0; i < cells.size(); i++) {
      Cell cell = cells.get(i);
      ObjectNode object = array.addObject().put("cell", i).put("run", cell.run());
      object.put("parameters", cell.size().parameters()).put("tokens", cell.tokens());
      object.put("flops", cell.flops()).put("seconds", slowness * cell.seconds());
    }
    return json;
  }

  private String csv() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("cell", "run", "parameters", "tokens", "flops", "seconds"));
    for (int i = 0; i < cells.size(); i++) {
      Cell cell = cells.get(i);
      rows.add(
          List.of(
              String.valueOf(i),
              cell.run(),
              String.valueOf(cell.size().parameters()),
              String.valueOf(cell.tokens()),
              String.valueOf(cell.flops()),
              Figures.fixed(slowness * cell.seconds(), 1)));
    }
    return Csv.of(rows);
  }
}
