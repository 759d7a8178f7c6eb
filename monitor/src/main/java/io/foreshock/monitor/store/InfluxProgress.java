// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The newest entry that a store on another machine has, in a small file on this one. The file holds
 * the entry's number and the store that it is about; for another store it counts as missing.
 */
record InfluxProgress(Path file, String target) {
  /** The newest entry; 0 when none was written, or when the file is about another store. */
  long read() {
    try {
      List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
      return lines.size() == 2 && lines.get(1).equals(target) ? Long.parseLong(lines.get(0)) : 0;
    } catch (IOException | NumberFormatException e) {
      throw new StoreException(file + " cannot be read; delete it to write all entries again", e);
    }
  }

  /** Replaces the file; it is on disk when this returns. */
  void write(long applied) throws IOException {
    WholeFile.replace(file, (applied + "\n" + target + "\n").getBytes(StandardCharsets.UTF_8));
  }
}
