// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads from one store, and keeps a failure until a read succeeds. The first failure is logged with
 * its cause; the following ones are counted.
 *
 * <p><b>Threads.</b> Any.
 */
public final class StoreReads {
  private static final Logger LOG = LoggerFactory.getLogger(StoreReads.class);

  private final String name;
  private @Nullable StoreException failure;
  private long failures;

  StoreReads(String name) {
    this.name = name;
  }

  /**
   * Runs a query.
   *
   * @throws StoreException when it fails for any reason, also for a row that cannot be parsed
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

  /** The trouble with reading; null while the last read succeeded. */
  public synchronized @Nullable String trouble() {
    return failure == null ? null : failure.getMessage();
  }

  /** Reads that failed since the start. */
  public synchronized long failures() {
    return failures;
  }

  private synchronized void succeeded() {
    if (failure != null) {
      failure = null;
      LOG.warn("store {}: it can be read again", name);
    }
  }

  private synchronized StoreException failed(RuntimeException cause) {
    failures++;
    StoreException now =
        new StoreException("store " + name + " cannot be read: " + cause.getMessage(), cause);
    if (failure == null) {
      LOG.error(
          "store {}: it cannot be read; only alarms that wait in memory are shown", name, cause);
    }
    failure = now;
    return now;
  }
}
