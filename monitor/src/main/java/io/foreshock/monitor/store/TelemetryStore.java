// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import java.util.List;
import java.util.Map;

/**
 * Keeps lines and alarms for reading. Plain and synchronous: {@link StoreFeed} does the waiting,
 * the retrying and the catching up.
 *
 * <p><b>Promises every implementation keeps</b> (checked by {@code TelemetryStoreContract}): a line
 * is there once however often it is written; a line that comes again adds the fields it lacked; an
 * alarm is there once, at its worst; {@link #appliedSequence} never runs ahead of what is stored
 * for good.
 *
 * <p><b>Threads.</b> One thread writes and tidies; any thread reads. <b>Errors.</b> {@link
 * StoreException}. After a failed write the same lines may be partly there; they will be written
 * again.
 */
public interface TelemetryStore extends AutoCloseable {
  /**
   * Opens the store where it is not open. Until then it has applied nothing, and reads and writes
   * fail.
   *
   * @throws StoreException when it cannot be opened now
   */
  default void open() {}

  /**
   * Mends what a failure has shown to be in want of it, and saves what is readable of a damaged
   * store; does nothing where none has. Called before every write, and while nothing is to be
   * written. For the thread that writes, as all that changes the store.
   *
   * @throws StoreException when it cannot be done now
   */
  default void repair() {}

  /** Newest journal entry whose lines, and those of all entries before it, are stored for good. */
  long appliedSequence();

  /**
   * Newest journal entry up to which the store needs no second copy, at most {@link
   * #appliedSequence}: not even damage to what it wrote last takes it back below that.
   */
  default long securedSequence() {
    return appliedSequence();
  }

  /** Brings {@link #securedSequence} up to {@link #appliedSequence}, if it can now. */
  default void secure() {}

  /**
   * Stores lines and alarms for good, then {@code applied} as the new {@link #appliedSequence}.
   *
   * @param batches lines, in order of sequence; their alarms are left out
   * @throws StoreException when not all of it could be stored; it is tried again
   */
  void write(List<StoreBatch> batches, List<StoredAlarm> alarms, long applied);

  /** Series of numbers, by field, layer and segment. */
  List<Series> series(SeriesQuery query);

  /** A run's alarms as the contract's JSON objects, oldest first. */
  List<String> alarms(String run);

  /** Runs that it has rows of; none where that costs more than it is worth. */
  default List<String> runs() {
    return List.of();
  }

  /** What the rows of one of {@link #runs} tell. */
  default RunRows rows(String run) {
    return new RunRows(run, Map.of(), List.of(), Double.NaN);
  }

  /**
   * Deletes some of what is older than a time, little enough not to keep writes waiting.
   *
   * @param beforeNanos time of lines and alarms, nanoseconds since the epoch
   * @return whether there may be more to delete
   */
  boolean tidy(long beforeNanos);

  /**
   * Does some of what makes long runs quick to read, little enough not to keep writes waiting.
   * Called when nothing is to be written.
   *
   * @return whether there is more to do
   */
  default boolean condense() {
    return false;
  }

  /** Lines that the store refused for good since the start. */
  long refusedLines();

  /** Closes; what was written stays. */
  @Override
  void close();
}
