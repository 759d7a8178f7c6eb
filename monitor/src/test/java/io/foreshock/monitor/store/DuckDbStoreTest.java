// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DuckDbStoreTest extends TelemetryStoreContract {
  @TempDir Path directory;

  @Override
  TelemetryStore open() {
    return DuckDbStore.open(directory.resolve("store.duckdb"), "512MB");
  }

  @Test
  void bringsAFileOfAnOlderVersionUpToDate() throws Exception {
    closeStore();
    try (Connection older =
            DriverManager.getConnection("jdbc:duckdb:" + directory.resolve("store.duckdb"));
        Statement sql = older.createStatement()) {
      sql.execute("ALTER TABLE step_rows DROP COLUMN loss");
      sql.execute("ALTER TABLE layer_rows DROP COLUMN rms_ratio");
    }
    openStore();
    givesPlainValuesWhereTheyFit();
    tellsLayersHeadsAndSegmentsApart();
  }

  @Test
  void movesADamagedFileAsideAndBeginsAnew() throws IOException {
    Path file = directory.resolve("damaged.duckdb");
    Files.writeString(file, "this is no database".repeat(1000));
    try (DuckDbStore store = DuckDbStore.open(file, "512MB")) {
      assertEquals(0, store.appliedSequence());
    }
    try (Stream<Path> files = Files.list(directory)) {
      List<String> names = files.map(path -> path.getFileName().toString()).toList();
      assertTrue(
          names.stream().anyMatch(name -> name.startsWith("damaged.duckdb.damaged-")),
          () -> "files: " + names);
    }
  }
}
