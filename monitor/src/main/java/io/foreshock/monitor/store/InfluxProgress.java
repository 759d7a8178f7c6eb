// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * How far a store on another machine came, in a small file on this one: the number, then the store
 * it is about. Of another store nothing is known.
 */
final class InfluxProgress {
  private final Path file;
  private final String target;

  InfluxProgress(Path file, String target) {
    this.file = file;
    this.target = target;
  }

  /** The number last written; 0 when none was, or for another store. */
  long read() {
    try {
      List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
      return lines.size() == 2 && lines.get(1).equals(target) ? Long.parseLong(lines.get(0)) : 0;
    } catch (IOException | NumberFormatException e) {
      throw new StoreException(file + " cannot be read; without it all is written again", e);
    }
  }

  /** Replaces the file; it is on disk when this returns. */
  void write(long applied) throws IOException {
    WholeFile.replace(file, (applied + "\n" + target + "\n").getBytes(StandardCharsets.UTF_8));
  }
}
