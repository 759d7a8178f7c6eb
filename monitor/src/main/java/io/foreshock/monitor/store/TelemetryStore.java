// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import java.util.List;
import java.util.Map;

/**
 * Keeps lines and alarms for reading. It is synchronous: {@link StoreFeed} waits, retries and
 * catches up.
 *
 * <p><b>Promises of every implementation</b> (checked by {@code TelemetryStoreContract}): a line is
 * there once, however often it is written. A line that comes again adds the fields it lacked. An
 * alarm is there once, with its worst severity. Of a deleted run nothing is left, and what is
 * written under its name afterwards stays. {@link #appliedSequence} never exceeds what is stored
 * for good.
 *
 * <p><b>Threads.</b> One thread writes and tidies; any thread reads. <b>Errors.</b> {@link
 * StoreException}. After a failed write a part of the lines may be there; they are written again.
 */
public interface TelemetryStore extends AutoCloseable {
  /** Most lines in an answer of {@link #lines}. */
  int MOST_LINES = 5000;

  /**
   * Opens the store if it is not open. Until then {@link #appliedSequence} is 0, and reads and
   * writes fail.
   *
   * @throws StoreException when it cannot be opened now
   */
  default void open() {}

  /**
   * Repairs the store after a failure, and saves the readable part of a damaged one; does nothing
   * when there was no failure. The thread that writes calls it before every write, and while there
   * is nothing to write.
   *
   * @throws StoreException when it cannot be repaired now
   */
  default void repair() {}

  /** Newest journal entry whose lines, and those of all entries before it, are stored for good. */
  long appliedSequence();

  /**
   * Newest journal entry up to which the store needs no second copy, at most {@link
   * #appliedSequence}. Damage to the newest writes cannot lose these entries.
   */
  default long securedSequence() {
    return appliedSequence();
  }

  /** Raises {@link #securedSequence} to {@link #appliedSequence}, if that is possible now. */
  default void secure() {}

  /**
   * Stores lines and alarms for good, then {@code applied} as the new {@link #appliedSequence}.
   *
   * @param batches lines, in order of sequence; their alarms are left out
   * @throws StoreException when not everything could be stored; the caller tries again
   */
  void write(List<StoreBatch> batches, List<StoredAlarm> alarms, long applied);

  /**
   * Deletes everything of a run for good, then stores {@code applied} as the new {@link
   * #appliedSequence}. Does nothing else when the run is not there.
   *
   * @throws StoreException when not everything could be deleted; the caller tries again
   */
  void delete(String run, long applied);

  /** Stored values as series by field, layer and segment. */
  List<Series> series(SeriesQuery query);

  /** Answers several queries, in their order. */
  default List<List<Series>> series(List<SeriesQuery> queries) {
    return queries.stream().map(this::series).toList();
  }

  /** The numeric fields of a run, in no order; at least those of steps, layers and evaluations. */
  List<StoredSignal> signals(String run);

  /**
   * The newest lines of a run in a measurement that has few, such as events, oldest first; at most
   * {@value #MOST_LINES}.
   */
  default List<StoredLine> lines(String run, String measurement) {
    return List.of();
  }

  /** A run's alarms as the contract's JSON objects, oldest first. */
  List<String> alarms(String run);

  /** Closed incidents over all runs, in the order of {@link IncidentPlace}. */
  List<StoredIncident> closedIncidents(IncidentQuery query);

  /** Runs that the store has rows of; none where listing them is too expensive. */
  default List<String> runs() {
    return List.of();
  }

  /** A summary of one of {@link #runs} from its rows. */
  default RunRows rows(String run) {
    return new RunRows(run, Map.of(), List.of(), Double.NaN);
  }

  /**
   * Deletes some rows older than a time, few enough that writes do not wait.
   *
   * @param beforeNanos time of lines and alarms, nanoseconds since the epoch
   * @return whether there may be more to delete
   */
  boolean tidy(long beforeNanos);

  /**
   * Does a part of the work that makes long runs quick to read, small enough that writes do not
   * wait. Called when there is nothing to write.
   *
   * @return whether there is more to do
   */
  default boolean condense() {
    return false;
  }

  /** Lines that the store refused for good since the start. */
  long refusedLines();

  /** Closes the store; written rows stay. */
  @Override
  void close();
}
