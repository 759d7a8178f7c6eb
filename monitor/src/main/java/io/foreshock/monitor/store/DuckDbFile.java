// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.duckdb.DuckDBConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens DuckDB's file, and recovers the readable part of a damaged one.
 *
 * <pre>
 *   foreshock.duckdb        the store, as of its last checkpoint
 *   foreshock.duckdb.wal    DuckDB's write-ahead log: the commits since then
 *   foreshock.duckdb.names  a second copy of its names ({@link NamesFile})
 *   foreshock.duckdb.alarms a second copy of its alarms ({@link AlarmsFile})
 *   ….damaged-TIME          a damaged file, unchanged
 * </pre>
 *
 * <p><b>Recovery.</b> The first attempt opens the file without its write-ahead log, whose entries
 * the journal still holds. The second one fills a new file with the readable part of the old one
 * ({@link DuckDbCopy}). Only files that are proven damaged are moved.
 *
 * <p>This process must not open the file itself, because by POSIX closing it would release DuckDB's
 * lock.
 *
 * @param memory DuckDB's memory limit, such as {@code 1GB}
 */
record DuckDbFile(Path file, String memory) {
  private static final Logger LOG = LoggerFactory.getLogger(DuckDbFile.class);

  /** Only {@link DuckDbSession#checkpoint} moves the log into the file. */
  private static final String NEVER = "1TB";

  /**
   * An open file whose tables are there.
   *
   * @param applied newest journal entry in the file
   * @param made whether the file is new, so that it may lack what its second copies hold
   */
  record Opened(DuckDBConnection connection, long applied, boolean made) {}

  /**
   * Opens the file, or creates it when it is missing.
   *
   * @throws StoreException when it cannot be opened now; then nothing was changed
   */
  Opened open() {
    try {
      adoptSalvaged();
      return withoutLogOrSalvaged();
    } catch (SQLException | IOException e) {
      throw new StoreException("store " + file + " cannot be opened: " + e.getMessage(), e);
    }
  }

  /** Opens a file that was open a moment ago. */
  Opened reopen() throws SQLException {
    return connect(file);
  }

  /**
   * Fills a new file with the readable part, moves the damaged one aside, and opens the new one.
   */
  Opened salvage(SQLException damage) throws SQLException, IOException {
    Path salvaging = beside(".salvaging");
    delete(salvaging);
    DuckDbCopy.Result result;
    try (DuckDBConnection fresh = connect(salvaging).connection()) {
      Sql sql = new Sql(fresh);
      result = new DuckDbCopy(sql).copy(file);
      sql.execute("CHECKPOINT");
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
    adoptSalvaged();
    LOG.error(
        "store {} is damaged ({}) and was moved to {}; {}", file, firstLine(damage), aside, result);
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

  /**
   * Copies the file and its write-ahead log, while no checkpoint changes the file.
   *
   * <p>A process of its own copies, because closing a descriptor in this one would release the
   * lock. The log comes first: what it refers to is in the file by then.
   */
  void copyTo(Path directory) throws IOException {
    List<String> command = new ArrayList<>(List.of("/bin/cp"));
    if (Files.exists(beside(".wal"))) {
      command.add(beside(".wal").toString());
    }
    command.addAll(List.of(file.toString(), directory.toString()));
    Process copying = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (InputStream messages = copying.getInputStream()) {
      String message = new String(messages.readAllBytes(), StandardCharsets.UTF_8).strip();
      if (copying.waitFor() != 0) {
        throw new IOException(message);
      }
    } catch (InterruptedException e) {
      copying.destroyForcibly();
      throw new InterruptedIOException("interrupted while copying");
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
    return withoutLogOrSalvaged(); // this recursion ends, because the log is gone
  }

  private void putLogAside(SQLException damage) throws IOException {
    Path aside = putAside(beside(".wal"));
    LOG.error(
        "store {}: its write-ahead log is damaged and was moved to {}; its entries are read from the"
            + " journal: {}",
        file,
        aside,
        firstLine(damage));
  }

  /** The message's first line, because more lines would look like other records of the log. */
  private static String firstLine(SQLException damage) {
    return String.valueOf(damage.getMessage()).lines().findFirst().orElse("");
  }

  private Opened connect(Path database) throws SQLException {
    boolean made = !Files.exists(database);
    Properties properties = new Properties();
    properties.setProperty("memory_limit", memory);
    properties.setProperty("checkpoint_threshold", NEVER);
    properties.setProperty("jdbc_jfr_memory_monitor", "false"); // starting JFR lasts 0.3 s
    DuckDBConnection connection =
        (DuckDBConnection) DriverManager.getConnection("jdbc:duckdb:" + database, properties);
    try {
      Sql sql = new Sql(connection);
      Schema.create(sql);
      return new Opened(connection, sql.number("SELECT applied FROM progress"), made);
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  /** Makes a salvaged file the store, also after a crash in between. */
  private void adoptSalvaged() throws IOException {
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
