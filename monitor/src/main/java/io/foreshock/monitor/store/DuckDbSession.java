// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.duckdb.DuckDBConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** DuckDB's file from one opening to the next: a connection that writes and one that reads. */
final class DuckDbSession implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DuckDbSession.class);
  private static final int TIDY_ROWS = 100_000;

  private final DuckDBConnection connection;
  private final DuckDBConnection readConnection;
  private final StepBlocks blocks;
  private final StoreTransaction transaction;
  private final DuckDbReader reader;
  private final Dictionary dictionary;
  private final Path file;
  private final AlarmsFile alarmsCopy;
  private volatile long applied;
  private volatile long secured;
  private boolean tidied;
  private int namesKept;
  private boolean alarmsKept;

  /**
   * A session over an open file.
   *
   * @param secured newest entry that is in the file itself
   */
  DuckDbSession(Path file, DuckDbFile.Opened opened, long secured) throws SQLException {
    this.file = file;
    this.alarmsCopy = new AlarmsFile(file);
    this.secured = secured;
    this.connection = opened.connection();
    this.applied = opened.applied();
    this.dictionary = new Dictionary(connection);
    this.blocks = new StepBlocks(connection);
    this.transaction = new StoreTransaction(connection, dictionary, blocks);
    this.readConnection = connection.duplicate(); // last: what fails before leaves none open
    this.reader = new DuckDbReader(readConnection, dictionary);
  }

  /**
   * Compares it with its second copies: what they have and it lacks is stored, and the other way
   * round.
   *
   * @param made whether the file was made just now
   */
  void begin(boolean made) throws SQLException {
    restoreAlarms(made);
    keepNames();
    keepAlarms();
  }

  /** Newest journal entry that is committed. */
  long applied() {
    return applied;
  }

  /** Newest journal entry that is in the file itself, not only in its write-ahead log. */
  long secured() {
    return secured;
  }

  /** Fills it, while it is empty, with one run of another file; it is to be opened again then. */
  void copy(Path original, String run) throws SQLException {
    new DuckDbCopy(connection).copy(original, run);
  }

  /** Moves what the write-ahead log holds into the file. Readers wait meanwhile. */
  void checkpoint() throws SQLException {
    synchronized (reader) { // DuckDB refuses while a transaction is open
      try (Statement sql = connection.createStatement()) {
        sql.execute("CHECKPOINT");
      }
    }
    keepNames();
    keepAlarms();
    secured = applied;
  }

  private void restoreAlarms(boolean made) throws SQLException {
    try {
      List<StoredAlarm> copied = alarmsCopy.read();
      if (made && !copied.isEmpty()) {
        write(List.of(), copied, applied);
        LOG.info("store {}: {} alarms are from their second copy", file, copied.size());
      }
      alarmsKept = copied.size() == reader.alarmCount();
    } catch (IOException e) {
      LOG.warn("store {}: the second copy of its alarms cannot be read now", file, e);
    }
  }

  /** Brings the second copy of the alarms to disk; all of it where it lacks some. */
  private void keepAlarms() throws SQLException {
    try {
      if (!alarmsKept) {
        alarmsCopy.replace(reader.alarms());
        alarmsKept = true;
      }
      alarmsCopy.force();
    } catch (IOException e) {
      LOG.warn("store {}: the second copy of its alarms cannot be written now", file, e);
    }
  }

  private void keepNames() {
    List<String> all = dictionary.all();
    if (all.size() == namesKept) {
      return;
    }
    try {
      NamesFile.write(file, all);
      namesKept = all.size();
    } catch (IOException e) {
      LOG.warn("store {}: the second copy of its names cannot be written now", file, e);
    }
  }

  DuckDbReader reader() {
    return reader;
  }

  /** One transaction. */
  void write(List<StoreBatch> batches, List<StoredAlarm> alarms, long newApplied)
      throws SQLException {
    transaction.write(batches, alarms, newApplied);
    applied = newApplied;
    if (alarmsKept && !alarms.isEmpty()) {
      try {
        alarmsCopy.append(alarms);
      } catch (IOException e) {
        alarmsKept = false; // the next checkpoint writes all of them
      }
    }
  }

  /** Makes long runs quick to read, a piece at a time; whether there is more to do. */
  boolean condense() throws SQLException {
    return blocks.advance();
  }

  /** Whether DuckDB has not given the database up. */
  boolean works() {
    try (Statement sql = connection.createStatement()) {
      sql.execute("SELECT applied FROM progress");
      return true;
    } catch (SQLException e) {
      return false;
    }
  }

  /**
   * Deletes some rows older than a time; when there are none left, lets DuckDB use their space
   * again.
   *
   * @return whether there may be more
   */
  boolean tidy(long beforeNanos) throws SQLException {
    try (Statement sql = connection.createStatement()) {
      for (String table : Schema.TIMED_TABLES) {
        int deleted =
            sql.executeUpdate(
                "DELETE FROM %1$s WHERE rowid IN (SELECT rowid FROM %1$s WHERE time < %2$d LIMIT %3$d)"
                    .formatted(table, beforeNanos, TIDY_ROWS));
        if (deleted > 0) {
          alarmsKept &= !table.equals("alarms");
          tidied = true;
          return true;
        }
      }
    }
    if (tidied) {
      checkpoint();
      tidied = false;
    }
    return false;
  }

  @Override
  public void close() throws SQLException {
    try {
      readConnection.close();
    } finally {
      connection.close();
    }
  }
}
