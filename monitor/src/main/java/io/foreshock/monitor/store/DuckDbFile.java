// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.Properties;
import org.duckdb.DuckDBConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens DuckDB's file, whatever state it is in. */
final class DuckDbFile {
  private static final Logger LOG = LoggerFactory.getLogger(DuckDbFile.class);

  /** An open file whose tables are there. */
  record Opened(DuckDBConnection connection, long applied) {}

  private DuckDbFile() {}

  static Opened open(Path file, String memory) {
    try {
      return tryOpen(file, memory);
    } catch (SQLException e) {
      if (!Files.exists(file) || String.valueOf(e.getMessage()).contains("Could not set lock")) {
        throw new StoreException("store " + file + " cannot be opened: " + e.getMessage(), e);
      }
      Path aside = moveAside(file);
      LOG.error(
          "store {} is damaged and was moved to {}; a new one is filled with what the journal still"
              + " holds, older telemetry is only in the moved file",
          file,
          aside,
          e);
    }
    try {
      return tryOpen(file, memory);
    } catch (SQLException e) {
      throw new StoreException("store " + file + " cannot be made anew: " + e.getMessage(), e);
    }
  }

  /** Opens a file that was open a moment ago; never moves it aside. */
  static Opened reopen(Path file, String memory) throws SQLException {
    return tryOpen(file, memory);
  }

  private static Opened tryOpen(Path file, String memory) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("memory_limit", memory);
    properties.setProperty("jdbc_jfr_memory_monitor", "false"); // starting JFR takes 0.3 s
    DuckDBConnection connection =
        (DuckDBConnection) DriverManager.getConnection("jdbc:duckdb:" + file, properties);
    try {
      Schema.create(connection);
      try (Statement sql = connection.createStatement();
          ResultSet row = sql.executeQuery("SELECT applied FROM progress")) {
        row.next();
        return new Opened(connection, row.getLong(1));
      }
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  private static Path moveAside(Path file) {
    String stamp = Instant.now().toString().replaceAll("[^0-9TZ]", "");
    Path aside = file.resolveSibling(file.getFileName() + ".damaged-" + stamp);
    try {
      Files.move(file, aside);
      Path log = file.resolveSibling(file.getFileName() + ".wal");
      if (Files.exists(log)) {
        Files.move(log, aside.resolveSibling(aside.getFileName() + ".wal"));
      }
      return aside;
    } catch (IOException e) {
      throw new StoreException("damaged store " + file + " cannot be moved aside", e);
    }
  }
}
