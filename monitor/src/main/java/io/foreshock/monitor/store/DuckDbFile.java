// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.Properties;
import org.duckdb.DuckDBConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * DuckDB's file on disk: opens it, and recovers what can be recovered of a damaged one.
 *
 * <pre>
 *   foreshock.duckdb        the store, as of its last checkpoint
 *   foreshock.duckdb.wal    DuckDB's write-ahead log: what was committed since
 *   foreshock.duckdb.names  a second copy of its names ({@link NamesFile})
 *   foreshock.duckdb.alarms a second copy of its alarms ({@link AlarmsFile})
 *   ….damaged-TIME          what was damaged, as it was found
 * </pre>
 *
 * <p><b>Recovery</b>, one attempt after the other: without the write-ahead log, whose entries the
 * journal still holds; a new file, filled with what is readable of the old one ({@link
 * DuckDbCopy}). Nothing that was not proven damaged is moved.
 *
 * <p>This process must not open the file beside DuckDB: closing it again would let go of DuckDB's
 * lock, as POSIX has it.
 */
final class DuckDbFile {
  private static final Logger LOG = LoggerFactory.getLogger(DuckDbFile.class);

  /** Only {@link DuckDbSession#checkpoint} moves the log into the file. */
  private static final String NEVER = "1TB";

  /**
   * An open file whose tables are there.
   *
   * @param applied newest journal entry that is in it
   * @param made whether it was made just now, so that it may lack what its second copies hold
   */
  record Opened(DuckDBConnection connection, long applied, boolean made) {}

  private final Path file;
  private final String memory;

  /**
   * A file that is not open yet.
   *
   * @param memory DuckDB's memory limit, such as {@code 1GB}
   */
  DuckDbFile(Path file, String memory) {
    this.file = file;
    this.memory = memory;
  }

  /**
   * Opens the file, which is made where there is none.
   *
   * @throws StoreException when it cannot be opened now; nothing was changed then
   */
  Opened open() {
    try {
      takeOverSalvaged();
      return withoutLogOrSalvaged();
    } catch (SQLException | IOException e) {
      throw new StoreException("store " + file + " cannot be opened: " + e.getMessage(), e);
    }
  }

  /** Opens a file that was open a moment ago. */
  Opened reopen() throws SQLException {
    return connect(file);
  }

  /** Fills a new file with what is readable, puts the damaged one aside, and opens the new one. */
  Opened salvage(SQLException damage) throws SQLException, IOException {
    Path salvaging = beside(".salvaging");
    delete(salvaging);
    DuckDbCopy.Result result;
    try (DuckDBConnection fresh = connect(salvaging).connection()) {
      result = new DuckDbCopy(fresh).copy(file);
      try (Statement sql = fresh.createStatement()) {
        sql.execute("CHECKPOINT");
      }
    } catch (SQLException e) {
      delete(salvaging);
      throw e;
    }
    move(salvaging, beside(".salvaged")); // complete: a crash from here on loses nothing
    Path aside = putAside(file);
    Path log = beside(".wal");
    if (Files.exists(log)) {
      Files.move(log, aside.resolveSibling(aside.getFileName() + ".wal"));
    }
    takeOverSalvaged();
    LOG.error(
        "store {} is damaged ({}) and was moved to {}; {}", file, told(damage), aside, result);
    Opened opened = connect(file);
    return new Opened(opened.connection(), opened.applied(), true);
  }

  /** Size of the write-ahead log; 0 when there is none. */
  long logBytes() {
    try {
      return Files.size(beside(".wal"));
    } catch (IOException e) {
      return 0;
    }
  }

  private Opened withoutLogOrSalvaged() throws SQLException, IOException {
    try {
      return connect(file);
    } catch (SQLException e) {
      if (DuckDbFailure.isOfLog(e)) {
        putLogAside(e);
      } else if (DuckDbFailure.isDamage(e)) {
        return salvage(e);
      } else {
        throw e;
      }
    }
    return withoutLogOrSalvaged(); // ends: there is no log any more
  }

  private void putLogAside(SQLException damage) throws IOException {
    Path aside = putAside(beside(".wal"));
    LOG.error(
        "store {}: its write-ahead log is damaged and was moved to {}; what it held is read back"
            + " from the journal: {}",
        file,
        aside,
        told(damage));
  }

  /** One line: what stands behind it in the log must not be taken for another record. */
  private static String told(SQLException damage) {
    return String.valueOf(damage.getMessage()).lines().findFirst().orElse("");
  }

  private Opened connect(Path database) throws SQLException {
    boolean made = !Files.exists(database);
    Properties properties = new Properties();
    properties.setProperty("memory_limit", memory);
    properties.setProperty("checkpoint_threshold", NEVER);
    properties.setProperty("jdbc_jfr_memory_monitor", "false"); // starting JFR takes 0.3 s
    DuckDBConnection connection =
        (DuckDBConnection) DriverManager.getConnection("jdbc:duckdb:" + database, properties);
    try {
      Schema.create(connection);
      try (Statement sql = connection.createStatement();
          ResultSet row = sql.executeQuery("SELECT applied FROM progress")) {
        row.next();
        return new Opened(connection, row.getLong(1), made);
      }
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  /** A salvaged file becomes the store, also when a crash came in between. */
  private void takeOverSalvaged() throws IOException {
    Path salvaged = beside(".salvaged");
    if (Files.exists(salvaged) && !Files.exists(file)) {
      move(salvaged, file);
    }
  }

  private static Path putAside(Path damaged) throws IOException {
    String stamp = Instant.now().toString().replaceAll("[^0-9TZ]", "");
    Path aside = damaged.resolveSibling(damaged.getFileName() + ".damaged-" + stamp);
    Files.move(damaged, aside);
    return aside;
  }

  private Path beside(String suffix) {
    return file.resolveSibling(file.getFileName() + suffix);
  }

  private static void move(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
  }

  private static void delete(Path database) throws IOException {
    Files.deleteIfExists(database);
    Files.deleteIfExists(database.resolveSibling(database.getFileName() + ".wal"));
  }
}
