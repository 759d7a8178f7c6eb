// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads from one store, and remembers a failed read until one succeeds. The first failure is logged
 * with its cause, those that follow it are counted.
 *
 * <p><b>Threads.</b> Any.
 */
public final class StoreReads {
  private static final Logger LOG = LoggerFactory.getLogger(StoreReads.class);

  private final String name;
  private StoreException failure;
  private long failures;

  StoreReads(String name) {
    this.name = name;
  }

  /**
   * What {@code query} reads.
   *
   * @throws StoreException when it fails, whatever with: a row that cannot be understood, too
   */
  <T> T read(Supplier<T> query) {
    try {
      T result = query.get();
      succeeded();
      return result;
    } catch (RuntimeException e) {
      throw failed(e);
    }
  }

  /** What is wrong; null while the last read succeeded. */
  public synchronized String trouble() {
    return failure == null ? null : failure.getMessage();
  }

  /** Reads that failed since the start. */
  public synchronized long failures() {
    return failures;
  }

  private synchronized void succeeded() {
    if (failure != null) {
      failure = null;
      LOG.warn("store {}: read again", name);
    }
  }

  private synchronized StoreException failed(RuntimeException cause) {
    failures++;
    StoreException now =
        new StoreException("store " + name + " cannot be read: " + cause.getMessage(), cause);
    if (failure == null) {
      LOG.error("store {}: cannot be read; alarms that wait in memory are shown", name, cause);
    }
    failure = now;
    return now;
  }
}
