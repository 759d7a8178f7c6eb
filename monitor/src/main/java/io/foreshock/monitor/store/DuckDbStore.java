// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Telemetry in one DuckDB file, each write one transaction.
 *
 * <p>After some failures, a full disk among them, DuckDB gives a database up until it is opened
 * again. So when after a failure not even a simple statement works, the file is opened anew.
 */
public final class DuckDbStore implements TelemetryStore {
  private static final Logger LOG = LoggerFactory.getLogger(DuckDbStore.class);

  private final Path file;
  private final String memory;
  private volatile DuckDbSession session;
  private boolean suspect;

  private DuckDbStore(Path file, String memory) throws SQLException {
    this.file = file;
    this.memory = memory;
    this.session = new DuckDbSession(DuckDbFile.open(file, memory));
  }

  /**
   * Opens the store; a file that refuses is moved aside and a new one begun, with an ERROR.
   *
   * @param memory DuckDB's memory limit, such as {@code 1GB}
   * @throws StoreException when not even a new file can be opened
   */
  public static DuckDbStore open(Path file, String memory) {
    try {
      return new DuckDbStore(file, memory);
    } catch (SQLException e) {
      throw new StoreException("store " + file + " cannot be opened", e);
    }
  }

  @Override
  public long appliedSequence() {
    return session.applied();
  }

  @Override
  public void write(List<StoreBatch> batches, List<StoredAlarm> alarms, long applied) {
    try {
      reopenWhenGivenUp();
      // a commit that was told as failed may have come through all the same
      long stored = session.applied();
      session.write(
          batches.stream().filter(batch -> batch.sequence > stored).toList(), alarms, applied);
    } catch (SQLException e) {
      suspect = true;
      throw new StoreException(e.getMessage(), e);
    }
  }

  @Override
  public List<Series> series(SeriesQuery query) {
    try {
      return session.reader().series(query);
    } catch (SQLException e) {
      throw new StoreException("the store cannot be read: " + e.getMessage(), e);
    }
  }

  @Override
  public List<String> alarms(String run) {
    try {
      return session.reader().alarms(run);
    } catch (SQLException e) {
      throw new StoreException("the store cannot be read: " + e.getMessage(), e);
    }
  }

  @Override
  public List<String> runs() {
    try {
      return session.reader().runs();
    } catch (SQLException e) {
      throw new StoreException("the store cannot be read: " + e.getMessage(), e);
    }
  }

  @Override
  public RunRows rows(String run) {
    try {
      return session.reader().rows(run);
    } catch (SQLException e) {
      throw new StoreException("the store cannot be read: " + e.getMessage(), e);
    }
  }

  @Override
  public boolean tidy(long beforeNanos) {
    try {
      return session.tidy(beforeNanos);
    } catch (SQLException e) {
      suspect = true;
      throw new StoreException(e.getMessage(), e);
    }
  }

  @Override
  public boolean condense() {
    try {
      return session.condense();
    } catch (SQLException e) {
      suspect = true;
      throw new StoreException(e.getMessage(), e);
    }
  }

  @Override
  public long refusedLines() {
    return 0;
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (SQLException e) {
      LOG.error("store: not closed cleanly; it will be repaired at the next start", e);
    }
  }

  /** The session there is now. */
  DuckDbSession session() {
    return session;
  }

  private void reopenWhenGivenUp() throws SQLException {
    if (suspect && !session.works()) {
      LOG.warn("store {}: DuckDB gave it up; opening it again", file);
      close();
      session = new DuckDbSession(DuckDbFile.reopen(file, memory));
    }
    suspect = false;
  }
}
