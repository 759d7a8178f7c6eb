// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import io.foreshock.monitor.wire.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A second copy of DuckDB's table of names in a file beside it: a JSON array in the order of their
 * numbers. One damaged block of DuckDB may hold all names, and rows are useless without them.
 */
final class NamesFile {
  private NamesFile() {}

  /** Path of the copy. */
  static Path of(Path database) {
    return database.resolveSibling(database.getFileName() + ".names");
  }

  /** Replaces the copy. */
  static void write(Path database, List<String> names) throws IOException {
    WholeFile.replace(of(database), Json.bytes(names));
  }

  /** Reads the names; none when the copy is missing or cannot be read. */
  static List<String> read(Path database) {
    try {
      return List.of(Json.MAPPER.readValue(Files.readAllBytes(of(database)), String[].class));
    } catch (IOException e) {
      return List.of(); // rows then have placeholders for their names
    }
  }
}
