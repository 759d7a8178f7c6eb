// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.sweep;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.foreshock.lab.runner.RunFolder;
import io.foreshock.monitor.wire.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The directory of a sweep. It has {@code runs/NAME.lp.gz} (telemetry) and {@code runs/NAME.json}
 * ({@link EndedCell}) for each cell that has ended, and the results.
 *
 * <p>It has no list of cells, so that users can train several grids into one directory and copy in
 * cells from other machines.
 */
record SweepFolder(Path path) {
  private static final String RECORD = ".json";
  private static final Comparator<Cell> ORDER =
      Comparator.comparing(Cell::variant)
          .thenComparing(cell -> cell.size().parameters())
          .thenComparing(cell -> cell.size().text())
          .thenComparing(Cell::learningRate)
          .thenComparing(Cell::seed);

  RunFolder runs() {
    return new RunFolder(path);
  }

  /** A result file. */
  Path results(String extension) {
    return path.resolve("results." + extension);
  }

  /** The results as a page. */
  Path page() {
    return path.resolve("sweep.html");
  }

  /** Whether the cell was trained to its end with the same arguments. */
  boolean finished(Cell cell) throws IOException {
    Optional<EndedCell> ended = ended(cell);
    return ended.isPresent()
        && !ended.get().failed()
        && ended.get().cell().equals(cell)
        && Files.exists(runs().telemetry(cell.run()));
  }

  /** The cells that have not been trained with these arguments. */
  List<Cell> missing(List<Cell> cells) throws IOException {
    List<Cell> missing = new ArrayList<>();
    for (Cell cell : cells) {
      if (!finished(cell)) {
        missing.add(cell);
      }
    }
    return missing;
  }

  /** How many of these cells were trained with other arguments. */
  int changed(List<Cell> cells) throws IOException {
    int changed = 0;
    for (Cell cell : cells) {
      Optional<EndedCell> ended = ended(cell).filter(end -> !end.failed());
      changed += ended.isPresent() && !ended.get().cell().equals(cell) ? 1 : 0;
    }
    return changed;
  }

  /** The record of a cell; empty when it has not ended yet. */
  Optional<EndedCell> ended(Cell cell) throws IOException {
    Path file = record(cell.run());
    return Files.exists(file) ? Optional.of(read(file)) : Optional.empty();
  }

  /** Stores the record of a cell that has ended. */
  void keep(EndedCell ended) throws IOException {
    RunFolder.write(record(ended.cell().run()), ended);
  }

  /** All cells that have ended, sorted by variant, size, learning rate and seed. */
  List<EndedCell> all() throws IOException {
    List<EndedCell> all = new ArrayList<>();
    if (Files.exists(runs().runs())) {
      try (Stream<Path> files = Files.list(runs().runs())) {
        for (Path file : files.filter(f -> f.toString().endsWith(RECORD)).toList()) {
          all.add(read(file));
        }
      }
    }
    all.sort(Comparator.comparing(EndedCell::cell, ORDER));
    return all;
  }

  private Path record(String run) {
    return runs().runs().resolve(run + RECORD);
  }

  private static EndedCell read(Path file) throws IOException {
    try {
      return Json.MAPPER.readValue(file.toFile(), EndedCell.class);
    } catch (JsonProcessingException e) {
      throw new IOException(
          file + ": expected the record of a cell, as sweep writes it: " + e.getOriginalMessage(),
          e);
    }
  }
}
