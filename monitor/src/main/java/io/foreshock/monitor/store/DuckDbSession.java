// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.duckdb.DuckDBConnection;

/** DuckDB's file from one opening to the next: a connection that writes and one that reads. */
final class DuckDbSession implements AutoCloseable {
  private final DuckDBConnection connection;
  private final DuckDBConnection readConnection;
  private final StoreTransaction transaction;
  private final DuckDbReader reader;
  private volatile long applied;

  DuckDbSession(DuckDbFile.Opened opened) throws SQLException {
    this.connection = opened.connection();
    this.readConnection = connection.duplicate();
    this.applied = opened.applied();
    Dictionary dictionary = new Dictionary(connection);
    this.transaction = new StoreTransaction(connection, dictionary);
    this.reader = new DuckDbReader(readConnection, dictionary);
  }

  /** Newest journal entry that is committed. */
  long applied() {
    return applied;
  }

  DuckDbReader reader() {
    return reader;
  }

  /** One transaction. */
  void write(List<StoreBatch> batches, List<StoredAlarm> alarms, long newApplied)
      throws SQLException {
    transaction.write(batches, alarms, newApplied);
    applied = newApplied;
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

  @Override
  public void close() throws SQLException {
    readConnection.close();
    connection.close();
  }
}
