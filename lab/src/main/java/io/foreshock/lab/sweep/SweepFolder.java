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
 * Where a sweep lies: for each cell that has ended {@code runs/NAME.lp.gz} (telemetry) and {@code
 * runs/NAME.json} ({@link EndedCell}), and the results.
 *
 * <p>There is no list of what belongs to it: grids may be added to each other, and what other
 * machines have trained may be copied in.
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

  /** One of the files of results. */
  Path results(String extension) {
    return path.resolve("results." + extension);
  }

  /** The results to look at. */
  Path page() {
    return path.resolve("sweep.html");
  }

  /** Whether it was trained to its end with the same arguments. */
  boolean finished(Cell cell) throws IOException {
    Optional<EndedCell> ended = ended(cell);
    return ended.isPresent()
        && !ended.get().failed()
        && ended.get().cell().equals(cell)
        && Files.exists(runs().telemetry(cell.run()));
  }

  /** Whether it was trained to its end with other arguments. */
  boolean changed(Cell cell) throws IOException {
    Optional<EndedCell> ended = ended(cell);
    return ended.isPresent() && !ended.get().failed() && !ended.get().cell().equals(cell);
  }

  /** What became of a cell of this name; empty when it has not ended yet. */
  Optional<EndedCell> ended(Cell cell) throws IOException {
    Path file = record(cell.run());
    return Files.exists(file) ? Optional.of(read(file)) : Optional.empty();
  }

  /** Notes that a cell has ended. */
  void keep(EndedCell ended) throws IOException {
    RunFolder.write(record(ended.cell().run()), ended);
  }

  /** Everything that has ended, by variant, size, learning rate and seed. */
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
          file + ": expected what sweep writes of a cell: " + e.getOriginalMessage(), e);
    }
  }
}
