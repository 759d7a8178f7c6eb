// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BooleanSupplier;

/**
 * Reads of a store that may last minutes. There is no checkpoint during one, because a checkpoint
 * would change the file while it is copied, and DuckDB refuses one beside some transactions.
 *
 * <p><b>Threads.</b> A read begins and ends on one thread; any thread may end all of them.
 */
final class LongReads {
  private static final long LOOK_MILLIS = 100;

  // fair, so that reads one after another cannot keep a checkpoint waiting for ever
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock(true);
  private volatile boolean ended;

  /** One read; {@link #close} ends it. */
  final class Read implements AutoCloseable {
    /**
     * Runs a statement to its end, or until {@code stop} or the end of the store.
     *
     * @throws StoreException when it was stopped
     */
    void run(Statement statement, String sql, BooleanSupplier stop) throws SQLException {
      Thread guard = new Thread(() -> cancel(statement, stop), "long-read-guard");
      guard.setDaemon(true);
      guard.start();
      try {
        statement.execute(sql);
      } catch (SQLException e) {
        if (stops(stop)) {
          throw new StoreException("the read was stopped", e);
        }
        throw e;
      } finally {
        guard.interrupt();
        join(guard); // it must not cancel a closed statement
      }
    }

    @Override
    public void close() {
      lock.readLock().unlock();
    }

    private void cancel(Statement statement, BooleanSupplier stop) {
      try {
        while (!stops(stop)) {
          Thread.sleep(LOOK_MILLIS);
        }
        while (true) { // a statement that has not begun yet ignores it
          statement.cancel();
          Thread.sleep(LOOK_MILLIS);
        }
      } catch (InterruptedException | SQLException e) {
        // the statement has ended
      }
    }

    private boolean stops(BooleanSupplier stop) {
      return ended || stop.getAsBoolean();
    }
  }

  /**
   * Begins a read; waits during a checkpoint.
   *
   * @throws StoreException when the store is being closed
   */
  Read begin() {
    lock.readLock().lock();
    if (ended) {
      lock.readLock().unlock();
      throw new StoreException("the store is being closed", null);
    }
    return new Read();
  }

  /**
   * Keeps reads from beginning, until {@link #goOn}.
   *
   * @param patient whether to wait for the end of those that have begun
   * @return false when there are some, and they were not waited for
   */
  boolean pause(boolean patient) {
    if (!patient) {
      return lock.writeLock().tryLock();
    }
    lock.writeLock().lock();
    return true;
  }

  void goOn() {
    lock.writeLock().unlock();
  }

  /** Stops all reads and waits for their end; further ones fail. */
  void end() {
    ended = true;
    lock.writeLock().lock();
    lock.writeLock().unlock();
  }

  private static void join(Thread guard) {
    boolean interrupted = Thread.interrupted();
    try {
      guard.join(TimeUnit.SECONDS.toMillis(10));
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
