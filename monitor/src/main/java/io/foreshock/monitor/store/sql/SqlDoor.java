// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store.sql;

import io.foreshock.monitor.store.DuckDbStore;
import io.foreshock.monitor.store.StoreException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/**
 * Answers statements of SQL over a store, which they can neither change nor slow down.
 *
 * <p>A statement runs in a process of its own ({@link SqlProcess}), because DuckDB's memory limit
 * does not cover all that a statement can allocate, and nothing stops a statement at once. It reads
 * a copy of the store ({@link StoreCopies}), because DuckDB lets no second process read a file that
 * is written. Neither the monitor's memory nor its files are in reach.
 *
 * <p><b>Bounds.</b> {@value #AT_ONCE} statements at a time, each within {@link SqlLimits}.
 * <b>Cost.</b> 0.7 s for the process, and the copy, which later statements share. <b>Threads.</b>
 * Any.
 */
public final class SqlDoor implements AutoCloseable {
  /** Most statements at a time. */
  public static final int AT_ONCE = 2;

  private static final int MOST_CHARACTERS = 100_000;

  private final StoreCopies copies;
  private final Semaphore room = new Semaphore(AT_ONCE);

  private SqlDoor(StoreCopies copies) {
    this.copies = copies;
  }

  /**
   * Creates the door to a store.
   *
   * @param data directory in which the copies are, in one of their own
   * @param freeBytes disk to leave free
   */
  public static SqlDoor of(DuckDbStore store, Path data, long freeBytes) {
    return new SqlDoor(new StoreCopies(store, data.resolve("sql").toAbsolutePath(), freeBytes));
  }

  /**
   * Answers one statement; empty when {@value #AT_ONCE} are running already.
   *
   * @throws SqlException when it is wrong, is no SELECT, or needs more than the limits
   * @throws StoreException when the store cannot be copied
   */
  public Optional<SqlAnswer> answer(String statement, SqlAnswer.Format format, SqlLimits limits) {
    if (statement.isBlank() || statement.length() > MOST_CHARACTERS) {
      throw new SqlException(
          "statement: expected a SELECT of at most " + MOST_CHARACTERS + " characters");
    }
    if (!room.tryAcquire()) {
      return Optional.empty();
    }
    try (StoreCopies.Lease copy = copies.lease()) {
      return Optional.of(new SqlProcess(copy.file(), copy.asOf()).run(statement, format, limits));
    } catch (IOException e) {
      throw new StoreException("the statement cannot be run now: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException("interrupted", e);
    } finally {
      room.release();
    }
  }

  /** Deletes the copies. */
  @Override
  public void close() {
    copies.close();
  }
}
