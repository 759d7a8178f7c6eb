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
import org.jspecify.annotations.Nullable;

/**
 * The size and cost of a grid, for a person to judge before hours are spent on it.
 *
 * <p>The minutes are estimated with {@link Cell#seconds()}. If cells have already ended in the
 * directory, the estimate is scaled by the time that they took. The scale considers only the steps
 * that a cell made, because a run that diverges ends early.
 *
 * @param missing the cells that are not trained yet
 * @param slowness seconds on this machine for one estimated second
 * @param measured how many ended cells the slowness is measured from; if 0, the slowness is 1
 */
record SweepPlan(List<Cell> cells, List<Cell> missing, double slowness, int measured, int workers) {
  /** Reading a cell takes about 50 ms, and a part of a large sweep is enough for an estimate. */
  private static final int MOST_READ = 100;

  /**
   * The plan of a grid.
   *
   * @param directory the sweep's directory, which need not exist; null for none
   * @param workers number of workers; 0 counts as 1
   */
  static SweepPlan of(List<Cell> cells, @Nullable Path directory, int workers) throws IOException {
    if (directory == null) {
      return new SweepPlan(cells, cells, 1, 0, Math.max(1, workers));
    }
    SweepFolder folder = new SweepFolder(directory);
    List<Cell> missing = folder.missing(cells);
    double estimated = 0;
    double taken = 0;
    int measured = 0;
    List<EndedCell> ended = folder.all();
    int every = 1 + ended.size() / MOST_READ;
    for (int i = 0; i < ended.size(); i += every) {
      EndedCell one = ended.get(i);
      Double seconds = one.seconds();
      double share = seconds == null ? 0 : share(folder, one.cell());
      if (seconds != null && share > 0) {
        estimated += share * one.cell().seconds();
        taken += seconds;
        measured++;
      }
    }
    double slowness = measured == 0 ? 1 : taken / estimated;
    return new SweepPlan(cells, missing, slowness, measured, Math.max(1, workers));
  }

  /** The share of its steps that a cell made; 0 when its telemetry cannot be read. */
  private static double share(SweepFolder folder, Cell cell) {
    AtomicLong last = new AtomicLong();
    try {
      new RunFile(folder.runs().telemetry(cell.run()))
          .read(config -> {}, sample -> last.accumulateAndGet(sample.step(), Math::max));
    } catch (IOException e) {
      return 0; // collecting the results reports the problem
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

  /** Minutes until all cells are trained; at least those of the longest cell. */
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
            "%n%s%nHere N is estimated as 12 layers width², without norms.%n"
                + "Estimated time: %.1f minutes with %d workers, %s.%n",
            Flops.FORMULA,
            minutes(),
            workers,
            measured == 0
                ? "at the speed of another machine"
                : "from the time that " + measured + " cells took here"));
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

  /** The common value of all cells; empty if they differ. */
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
