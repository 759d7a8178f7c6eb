// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.duckdb.DuckDBConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One opening of DuckDB's file, with a connection that writes and one that reads. */
final class DuckDbSession implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DuckDbSession.class);
  private static final int TIDY_ROWS = 100_000;

  private final DuckDBConnection connection;
  private final DuckDBConnection readConnection;
  private final Sql sql;
  private final StepBlocks blocks;
  private final StoreTransaction transaction;
  private final DuckDbReader reader;
  private final Dictionary dictionary;
  private final Path file;
  private final AlarmsFile alarmsCopy;
  private final LongReads longReads = new LongReads();
  private volatile long applied;
  private volatile long secured;
  private boolean tidied;
  private int namesKept;
  private boolean alarmsKept;

  /**
   * Creates a session over an open file.
   *
   * @param secured newest entry that is in the file itself
   */
  DuckDbSession(Path file, DuckDbFile.Opened opened, long secured) throws SQLException {
    this.file = file;
    this.alarmsCopy = new AlarmsFile(file);
    this.secured = secured;
    this.connection = opened.connection();
    this.sql = new Sql(connection);
    this.applied = opened.applied();
    this.dictionary = new Dictionary(connection);
    this.blocks = new StepBlocks(sql);
    this.transaction = new StoreTransaction(connection, dictionary, blocks);
    this.readConnection = connection.duplicate(); // last, so that no failure leaves it open
    this.reader = new DuckDbReader(new Sql(readConnection), dictionary);
  }

  /**
   * Compares the file with its second copies and adds to each what it lacks.
   *
   * @param made whether the file is new
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

  /**
   * Fills the empty file with one run of another file; the file must be opened again afterwards.
   */
  void copy(Path original, String run) throws SQLException {
    new DuckDbCopy(sql).copy(original, run);
  }

  /**
   * Moves the write-ahead log into the file. Readers wait meanwhile.
   *
   * @param patient whether to wait for the end of long reads; otherwise nothing is done during one
   */
  void checkpoint(boolean patient) throws SQLException {
    if (!longReads.pause(patient)) {
      return;
    }
    try {
      synchronized (reader) { // DuckDB refuses while a transaction is open
        sql.execute("CHECKPOINT");
      }
    } finally {
      longReads.goOn();
    }
    keepNames();
    keepAlarms();
    secured = applied;
  }

  /** Reads that may last minutes, each over a connection of its own. */
  LongReads longReads() {
    return longReads;
  }

  /** A connection for one long read, which the caller closes. */
  Connection newConnection() throws SQLException {
    return connection.duplicate();
  }

  Dictionary dictionary() {
    return dictionary;
  }

  private void restoreAlarms(boolean made) throws SQLException {
    try {
      List<StoredAlarm> copied = alarmsCopy.read();
      if (made && !copied.isEmpty()) {
        write(List.of(), copied, applied);
        LOG.info("store {}: restored {} alarms from their second copy", file, copied.size());
      }
      alarmsKept = copied.size() == reader.alarmCount();
    } catch (IOException e) {
      LOG.warn("store {}: the second copy of its alarms cannot be read now", file, e);
    }
  }

  /** Forces the second copy of the alarms to disk; writes it anew when it lacks some. */
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

  /** Writes batches and alarms in one transaction. */
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

  /** Deletes a run in one transaction, then also from the second copy of the alarms. */
  void delete(String run, long newApplied) throws SQLException {
    boolean hasAlarms = !reader.alarms(run).isEmpty();
    transaction.delete(run, newApplied);
    applied = newApplied;
    alarmsKept &= !hasAlarms;
    keepAlarms();
  }

  /** Adds a piece of the blocks that make long runs quick to read; returns whether more remain. */
  boolean condense() throws SQLException {
    return blocks.advance();
  }

  /** Whether DuckDB still answers a simple statement. */
  boolean works() {
    try {
      sql.number("SELECT applied FROM progress");
      return true;
    } catch (SQLException e) {
      return false;
    }
  }

  /**
   * Deletes some rows older than a time. When none are left, a checkpoint lets DuckDB use their
   * space again.
   *
   * @return whether there may be more
   */
  boolean tidy(long beforeNanos) throws SQLException {
    for (String table : Schema.TIMED_TABLES) {
      long deleted =
          sql.execute(
              "DELETE FROM %1$s WHERE rowid IN (SELECT rowid FROM %1$s WHERE time < %2$d LIMIT %3$d)"
                  .formatted(table, beforeNanos, TIDY_ROWS));
      if (deleted > 0) {
        alarmsKept &= !table.equals("alarms");
        tidied = true;
        return true;
      }
    }
    if (tidied) {
      checkpoint(false);
      tidied = false;
    }
    return false;
  }

  @Override
  public void close() throws SQLException {
    longReads.end(); // an open connection would keep the file open
    try {
      readConnection.close();
    } finally {
      connection.close();
    }
  }
}
