// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Telemetry in one DuckDB file, each write one transaction.
 *
 * <p>A file that cannot be opened, for example because disk or memory is full, is not changed; each
 * {@link #open} tries again. After some failures DuckDB refuses all statements until the file is
 * opened again. So when a simple statement fails after a failure, the file is reopened. When a
 * block of the file is damaged, nothing is written until {@link #repair} has saved the readable
 * part.
 *
 * <p>Commits are in DuckDB's write-ahead log until a checkpoint; only then they are {@link
 * #securedSequence secured}. The journal keeps them until then.
 */
public final class DuckDbStore implements TelemetryStore {
  private static final Logger LOG = LoggerFactory.getLogger(DuckDbStore.class);

  /** Size at which the write-ahead log is moved into the file at once. */
  private static final long LOG_BYTES = 16 << 20;

  /** Size at which that waits for the end of exports and copies, which are bounded in time. */
  private static final long MOST_LOG_BYTES = 256 << 20;

  /** Reads and writes of a session. */
  private interface Work<T> {
    T on(DuckDbSession session) throws SQLException;
  }

  private final Path path;
  private final DuckDbFile file;
  private volatile @Nullable DuckDbSession session;
  private volatile @Nullable SQLException damage;
  private volatile boolean suspect;
  private boolean logStays;

  /** Creates a store over a file that {@link #open()} opens. */
  DuckDbStore(Path path, String memory) {
    this.path = path;
    this.file = new DuckDbFile(path, memory);
  }

  /**
   * Opens a store.
   *
   * @param memory DuckDB's memory limit, such as {@code 1GB}
   * @throws StoreException when it cannot be opened now
   */
  public static DuckDbStore open(Path file, String memory) {
    DuckDbStore store = new DuckDbStore(file, memory);
    store.open();
    return store;
  }

  /**
   * Creates a store with one run of another store's file, which is not changed.
   *
   * @param original a file that no monitor has open
   * @throws StoreException when it cannot be read
   */
  public static DuckDbStore copyOf(Path original, String run, Path file, String memory) {
    DuckDbStore store = open(file, memory);
    try {
      store.openSession().copy(original, run);
      store.end();
      store.open();
      return store;
    } catch (SQLException e) {
      store.close();
      throw new StoreException("store " + original + " cannot be read: " + e.getMessage(), e);
    }
  }

  @Override
  public void open() {
    if (session != null) {
      return;
    }
    DuckDbFile.Opened opened = file.open();
    try {
      session = session(opened, file.logBytes() == 0 ? opened.applied() : 0);
    } catch (SQLException e) {
      if (!DuckDbFailure.isOfBlock(e)) {
        throw failed(e);
      }
      damage = e;
      repair();
    }
  }

  /** Creates a session over an open file; closes the file when that fails. */
  private DuckDbSession session(DuckDbFile.Opened opened, long secured) throws SQLException {
    DuckDbSession fresh;
    try {
      fresh = new DuckDbSession(path, opened, secured);
    } catch (SQLException e) {
      opened.connection().close(); // otherwise the file would stay open in this process
      throw e;
    }
    try {
      fresh.begin(opened.made());
      return fresh;
    } catch (SQLException e) {
      fresh.close();
      throw e;
    }
  }

  @Override
  public long appliedSequence() {
    DuckDbSession open = session;
    return open == null ? 0 : open.applied();
  }

  @Override
  public long securedSequence() {
    DuckDbSession open = session;
    return open == null ? 0 : open.secured();
  }

  @Override
  public void write(List<StoreBatch> batches, List<StoredAlarm> alarms, long applied) {
    open();
    if (damage != null) { // a repaired file may lack entries, which must be stored before these
      throw new StoreException("a part of it is damaged and must be repaired first", damage);
    }
    work(
        open -> {
          // a commit that was reported as failed may have succeeded nevertheless
          long stored = open.applied();
          List<StoreBatch> missing = batches.stream().filter(b -> b.sequence > stored).toList();
          open.write(missing, alarms, Math.max(applied, stored));
          return stored;
        });
    if (file.logBytes() >= LOG_BYTES) {
      secure();
    }
  }

  @Override
  public void delete(String run, long applied) {
    open();
    if (damage != null) { // a repaired file may lack entries, which must be stored before
      throw new StoreException("a part of it is damaged and must be repaired first", damage);
    }
    work(
        open -> {
          open.delete(run, Math.max(applied, open.applied()));
          return applied;
        });
    secure(); // so that the space can be used again
  }

  @Override
  public void secure() {
    DuckDbSession open = session;
    if (open == null || open.secured() >= open.applied()) {
      return;
    }
    try {
      open.checkpoint(file.logBytes() >= MOST_LOG_BYTES);
      logStays = false;
    } catch (SQLException e) {
      failed(e);
      if (!logStays) {
        LOG.warn(
            "store {}: a checkpoint failed, so the journal keeps its entries for longer", path, e);
      }
      logStays = true;
    }
  }

  @Override
  public List<Series> series(SeriesQuery query) {
    return series(List.of(query)).get(0);
  }

  @Override
  public List<List<Series>> series(List<SeriesQuery> queries) {
    return work(open -> open.reader().series(queries));
  }

  @Override
  public List<StoredSignal> signals(String run) {
    return work(open -> open.reader().signals(run));
  }

  @Override
  public List<StoredLine> lines(String run, String measurement) {
    return work(open -> open.reader().lines(run, measurement));
  }

  @Override
  public List<String> alarms(String run) {
    return work(open -> open.reader().alarms(run));
  }

  @Override
  public List<StoredIncident> closedIncidents(IncidentQuery query) {
    return work(open -> open.reader().closedIncidents(query));
  }

  @Override
  public List<String> runs() {
    return work(open -> open.reader().runs());
  }

  @Override
  public RunRows rows(String run) {
    return work(open -> open.reader().rows(run));
  }

  @Override
  public boolean tidy(long beforeNanos) {
    return work(open -> open.tidy(beforeNanos));
  }

  @Override
  public boolean condense() {
    return work(DuckDbSession::condense);
  }

  @Override
  public long refusedLines() {
    return 0;
  }

  @Override
  public void close() {
    secure();
    end();
  }

  /**
   * Writes all values of a run to a file.
   *
   * @param stop asked while it writes; ends the export when true
   * @throws StoreException when it cannot be read or written, or was stopped
   */
  void export(ExportQuery query, Path target, BooleanSupplier stop) {
    DuckDbSession open = openSession();
    try (LongReads.Read read = open.longReads().begin();
        Connection connection = open.newConnection();
        Statement statement = connection.createStatement()) {
      read.run(statement, query.sql(open.dictionary(), target), stop);
    } catch (SQLException e) {
      failed(e); // it may have found damage
      throw new StoreException("the export failed: " + e.getMessage(), e);
    }
  }

  /**
   * Copies the file and its write-ahead log as they are at one moment. Writes go on meanwhile; only
   * checkpoints wait.
   *
   * @param directory where the copies are, under their own names
   * @throws StoreException when they cannot be copied
   */
  public void copyTo(Path directory) {
    try (LongReads.Read read = openSession().longReads().begin()) {
      file.copyTo(directory);
    } catch (IOException e) {
      throw new StoreException("store " + path + " cannot be copied: " + e.getMessage(), e);
    }
  }

  /** Size of the file and its write-ahead log. */
  public long bytes() {
    return path.toFile().length() + file.logBytes();
  }

  /** Where the store is. */
  public Path path() {
    return path;
  }

  /** The present session; null while the store is not open. */
  @Nullable DuckDbSession session() {
    return session;
  }

  private DuckDbSession openSession() {
    DuckDbSession open = session;
    if (open == null) {
      throw new StoreException("store " + path + " is not open", null);
    }
    return open;
  }

  private <T> T work(Work<T> work) {
    DuckDbSession open = openSession();
    try {
      return work.on(open);
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  private StoreException failed(SQLException e) {
    suspect = true;
    if (DuckDbFailure.isOfBlock(e) && damage == null) {
      damage = e;
      LOG.error("store {}: a part of it is damaged", path, e);
    }
    return new StoreException(String.valueOf(e.getMessage()), e);
  }

  @Override
  public void repair() {
    SQLException damaged = damage;
    DuckDbSession open = session;
    try {
      if (damaged != null) {
        end();
        DuckDbFile.Opened opened = file.salvage(damaged);
        session = session(opened, 0);
        damage = null;
      } else if (suspect && open != null && !open.works()) {
        LOG.warn("store {}: DuckDB refuses all statements; the file is opened again", path);
        long secured = open.secured();
        end();
        session = session(file.reopen(), secured);
      }
      suspect = false;
    } catch (SQLException | IOException e) {
      throw new StoreException("store " + path + " cannot be repaired now: " + e.getMessage(), e);
    }
  }

  private void end() {
    DuckDbSession open = session;
    session = null;
    if (open == null) {
      return;
    }
    try {
      open.close();
    } catch (SQLException e) {
      LOG.error("store {}: it was not closed cleanly; the next start repairs it", path, e);
    }
  }
}
