// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import java.util.List;

/**
 * Keeps lines and alarms for reading.
 *
 * <p><b>Promises every implementation keeps</b> (checked by {@code TelemetryStoreContract}): a line
 * is there once however often it is added; adding never blocks; batches appear whole and in order
 * together with {@link #appliedSequence}; an alarm is readable as soon as it was added.
 *
 * <p><b>Threads.</b> One thread adds; any thread reads. <b>Errors.</b> {@link StoreException} from
 * reads; a failure to write is retried, then told in the log and by {@link #behind}.
 */
public interface TelemetryStore extends AutoCloseable {
  /** Newest journal entry whose lines, and those of all entries before it, are stored for good. */
  long appliedSequence();

  /** Takes a batch; it is stored soon. */
  void add(StoreBatch batch);

  /** Bytes, roughly, of what was taken and is not stored yet. */
  long waitingBytes();

  /**
   * Whether batches had to be let go because writing failed. They are in the journal, and are read
   * back from it at the next start.
   */
  boolean behind();

  /** Series of numbers, by field, layer and segment. */
  List<Series> series(SeriesQuery query);

  /** A run's alarms as the contract's JSON objects, oldest first. */
  List<String> alarms(String run);

  /** Waits until all that was added is stored, or could not be. */
  void flush() throws InterruptedException;

  /** Stores what waits, then closes. */
  @Override
  void close();
}
