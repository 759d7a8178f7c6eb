// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes groups of batches to one store; each is tried until it succeeds or the feed closes.
 *
 * <p>Groups shrink while writing fails, so that a group too large for the store does not block it.
 * Before each attempt the store is repaired if necessary. A repaired store may lack entries that it
 * had; they are read from the journal first.
 *
 * <p><b>Threads.</b> One thread writes; any thread reads the numbers.
 */
final class StoreWriter {
  private static final Logger LOG = LoggerFactory.getLogger(StoreWriter.class);

  static final int MAX_GROUP = 512;
  private static final long FIRST_WAIT_MILLIS = 100;
  private static final long MAX_WAIT_MILLIS = 10_000;
  private static final long MAX_RETRY_AFTER_MILLIS = 600_000;

  private final String name;
  private final TelemetryStore store;
  private final WaitingAlarms waitingAlarms;
  private final CountDownLatch closing;
  private final Predicate<List<StoreBatch>> isFull;
  private Backlog backlog = (after, through, taker) -> {};
  private volatile long appliedSequence;
  private volatile @Nullable Exception failure;
  private volatile long failures;
  private volatile long lostEntries;

  /** Newest entry that the store had before its repair; 0 when it lacks none. */
  private long lostThrough;

  private int groupLimit = MAX_GROUP;
  private long waitMillis = FIRST_WAIT_MILLIS;

  /**
   * Creates a writer and tries once to open the store.
   *
   * @param waitingAlarms alarms to write with every group; they are removed when they are stored
   * @param closing reaches 0 when the feed closes; then the writer does not wait any more
   * @param isFull whether a group from the journal is large enough to be written
   */
  StoreWriter(
      String name,
      TelemetryStore store,
      WaitingAlarms waitingAlarms,
      CountDownLatch closing,
      Predicate<List<StoreBatch>> isFull) {
    this.name = name;
    this.store = store;
    this.waitingAlarms = waitingAlarms;
    this.closing = closing;
    this.isFull = isFull;
    try {
      store.open();
    } catch (StoreException e) {
      LOG.error(
          "store {}: it cannot be opened; telemetry waits in the journal until it can", name, e);
      failure = e;
    }
    appliedSequence = store.appliedSequence();
  }

  /** Newest journal entry whose lines, and those of all entries before it, are stored. */
  long appliedSequence() {
    return appliedSequence;
  }

  /** Why the last attempt failed; null when it did not. */
  @Nullable Exception failure() {
    return failure;
  }

  /** Number of attempts that failed since the start. */
  long failures() {
    return failures;
  }

  /** Most entries that the store may lack because they are lost. */
  long lostEntries() {
    return lostEntries;
  }

  /** Opens the store, with retries; returns false when the feed closes before it succeeds. */
  boolean open(Backlog missed) {
    backlog = missed;
    while (true) {
      try {
        store.open();
        break;
      } catch (RuntimeException e) {
        failed(e);
        if (pause()) {
          return false;
        }
      }
    }
    appliedSequence = store.appliedSequence();
    waitingAlarms.storedThrough(appliedSequence);
    logGaps();
    return true;
  }

  private void logGaps() {
    for (Backlog.Gap gap : backlog.gaps(appliedSequence)) {
      lostEntries = lostEntries + gap.to() - gap.from() + 1;
      LOG.error(
          "store {}: entries {} to {} (up to {}) are neither in it nor in the journal: the telemetry"
              + " in them is lost",
          name,
          gap.from(),
          gap.to(),
          gap.to() - gap.from() + 1);
    }
  }

  /** Writes a group, in pieces if necessary; returns false when the feed closes before that. */
  boolean write(List<StoreBatch> group, long through) {
    int from = 0;
    do {
      int to = endOfPiece(group, from, groupLimit);
      long applied = to == group.size() ? through : group.get(to - 1).sequence;
      if (writeOnce(group.subList(from, to), Math.max(applied, appliedSequence))) {
        from = to;
      } else if (pause()) {
        return false;
      }
    } while (from < group.size());
    return true;
  }

  /** End of the batches from one on that the store takes at a time; a deletion is alone. */
  private static int endOfPiece(List<StoreBatch> group, int from, int limit) {
    int to = from;
    while (to < group.size() && to - from < limit && group.get(to).deletedRun == null) {
      to++;
    }
    return to == from && from < group.size() ? from + 1 : to;
  }

  private boolean writeOnce(List<StoreBatch> batches, long applied) {
    List<StoredAlarm> alarms = alarms(batches);
    try {
      refill(); // also when there is nothing to write, because a read may have found damage
      if (applied == appliedSequence && alarms.isEmpty()) {
        return true;
      }
      store(batches, alarms, applied);
    } catch (IOException | RuntimeException e) {
      failed(e);
      groupLimit = Math.max(1, batches.size() / 2);
      return false;
    }
    succeeded(alarms, applied);
    return true;
  }

  /**
   * Repairs the store if necessary, and reads entries that it lost from the journal. This happens
   * before anything newer is written, which would hide the loss.
   */
  private void refill() throws IOException {
    store.open();
    store.repair();
    if (store.appliedSequence() < appliedSequence) {
      lostThrough = Math.max(lostThrough, appliedSequence);
      appliedSequence = store.appliedSequence();
      LOG.warn(
          "store {}: it is repaired; entries from {} on are read from the journal",
          name,
          appliedSequence + 1);
      logGaps();
    }
    if (lostThrough == 0) {
      return;
    }
    List<StoreBatch> group = new ArrayList<>();
    backlog.read(
        appliedSequence,
        lostThrough,
        batch -> {
          group.add(batch);
          if (isFull.test(group)) {
            restore(group, batch.sequence);
            group.clear();
          }
          return true;
        });
    restore(group, lostThrough);
    lostThrough = 0;
  }

  private void restore(List<StoreBatch> group, long through) {
    int from = 0;
    do {
      int to = endOfPiece(group, from, group.size());
      List<StoreBatch> piece = group.subList(from, to);
      long applied = to == group.size() ? through : group.get(to - 1).sequence;
      store(piece, alarms(piece), applied);
      appliedSequence = applied;
      from = to;
    } while (from < group.size());
  }

  private void store(List<StoreBatch> piece, List<StoredAlarm> alarms, long applied) {
    String deleted = piece.isEmpty() ? null : piece.get(0).deletedRun;
    if (deleted == null) {
      store.write(piece, alarms, applied);
    } else {
      store.delete(deleted, applied);
    }
  }

  /** The waiting alarms and those of the batches, each once; none with a deletion. */
  private List<StoredAlarm> alarms(List<StoreBatch> batches) {
    if (!batches.isEmpty() && batches.get(0).deletedRun != null) {
      return List.of();
    }
    Map<StoredAlarm, StoredAlarm> alarms = new LinkedHashMap<>();
    waitingAlarms.storable().forEach(alarm -> StoredAlarm.put(alarms, alarm));
    batches.forEach(batch -> batch.alarms.forEach(alarm -> StoredAlarm.put(alarms, alarm)));
    return List.copyOf(alarms.values());
  }

  private void succeeded(List<StoredAlarm> alarms, long applied) {
    waitingAlarms.remove(alarms);
    waitingAlarms.storedThrough(applied);
    appliedSequence = applied;
    groupLimit = Math.min(MAX_GROUP, groupLimit * 2);
    waitMillis = FIRST_WAIT_MILLIS;
    if (failure != null) {
      failure = null;
      LOG.warn("store {}: writing works again", name);
    }
  }

  void failed(Exception cause) {
    failures = failures + 1;
    if (failure == null) {
      LOG.warn(
          "store {}: it cannot be written; the write is repeated until it succeeds", name, cause);
    }
    failure = cause;
  }

  /** Waits before the next attempt; returns true when the feed closes, so that there is none. */
  boolean pause() {
    long asked = failure instanceof StoreException e ? e.retryAfterMillis() : 0;
    long millis = Math.max(waitMillis, Math.min(asked, MAX_RETRY_AFTER_MILLIS));
    waitMillis = Math.min(MAX_WAIT_MILLIS, waitMillis * 2);
    try {
      return closing.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }
}
