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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes groups of batches to one store, each tried until it succeeds or the feed closes.
 *
 * <p>Groups shrink while writing fails, so that a group too large for the store does not block it.
 * Before each attempt the store is mended if it has to be; a store that was mended may have less
 * than it had, and what it lost of what the journal holds is read back first.
 *
 * <p><b>Threads.</b> One thread writes; the numbers are read by any.
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
  private Backlog backlog;
  private volatile long appliedSequence;
  private volatile Exception failure;
  private volatile long failures;
  private volatile long lostEntries;

  /** Newest entry that the store had before it was mended; 0 when it lacks none of them. */
  private long lostThrough;

  private int groupLimit = MAX_GROUP;
  private long waitMillis = FIRST_WAIT_MILLIS;

  /**
   * A writer that has tried once to open the store.
   *
   * @param waitingAlarms are written with every group, and removed when they are stored
   * @param closing reaches 0 when the feed closes: nothing is waited for then
   * @param isFull whether a group that is read back is to be written
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
      LOG.error("store {}: not open; telemetry waits in the journal until it is", name, e);
      failure = e;
    }
    appliedSequence = store.appliedSequence();
  }

  /** Newest journal entry whose lines, and those of all entries before it, are stored. */
  long appliedSequence() {
    return appliedSequence;
  }

  /** Why the last attempt failed; null when it did not. */
  Exception failure() {
    return failure;
  }

  /** Attempts that failed since the start. */
  long failures() {
    return failures;
  }

  /** Entries, at most, that the store lacks and that could not be read back. */
  long lostEntries() {
    return lostEntries;
  }

  /** Opens the store, however long that takes; false when the feed closes before it succeeds. */
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
    tellGaps();
    return true;
  }

  private void tellGaps() {
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

  /** Writes a group, piece by piece if need be; false when the feed closes before it succeeds. */
  boolean write(List<StoreBatch> group, long through) {
    int from = 0;
    do {
      int to = Math.min(group.size(), from + groupLimit);
      long applied = to == group.size() ? through : group.get(to - 1).sequence;
      if (writeOnce(group.subList(from, to), Math.max(applied, appliedSequence))) {
        from = to;
      } else if (pause()) {
        return false;
      }
    } while (from < group.size());
    return true;
  }

  private boolean writeOnce(List<StoreBatch> batches, long applied) {
    List<StoredAlarm> alarms = alarms(batches);
    try {
      refill(); // also when nothing is to be written: a read may have found damage
      if (applied == appliedSequence && alarms.isEmpty()) {
        return true;
      }
      store.write(batches, alarms, applied);
    } catch (IOException | RuntimeException e) {
      failed(e);
      groupLimit = Math.max(1, batches.size() / 2);
      return false;
    }
    succeeded(alarms, applied);
    return true;
  }

  /**
   * A store that had to be mended may have less than it had: what it lost of what the journal holds
   * is read back before anything newer, which would hide that it is missing.
   */
  private void refill() throws IOException {
    store.open();
    store.repair();
    if (store.appliedSequence() < appliedSequence) {
      lostThrough = Math.max(lostThrough, appliedSequence);
      appliedSequence = store.appliedSequence();
      LOG.warn("store {}: mended; reading back from entry {} on", name, appliedSequence + 1);
      tellGaps();
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
            store.write(group, alarms(group), batch.sequence);
            appliedSequence = batch.sequence;
            group.clear();
          }
          return true;
        });
    store.write(group, alarms(group), lostThrough);
    appliedSequence = lostThrough;
    lostThrough = 0;
  }

  /** Those that wait and those of the batches, each once. */
  private List<StoredAlarm> alarms(List<StoreBatch> batches) {
    Map<StoredAlarm, StoredAlarm> alarms = new LinkedHashMap<>();
    waitingAlarms.all().forEach(alarm -> StoredAlarm.put(alarms, alarm));
    batches.forEach(batch -> batch.alarms.forEach(alarm -> StoredAlarm.put(alarms, alarm)));
    return List.copyOf(alarms.values());
  }

  private void succeeded(List<StoredAlarm> alarms, long applied) {
    waitingAlarms.remove(alarms);
    appliedSequence = applied;
    groupLimit = Math.min(MAX_GROUP, groupLimit * 2);
    waitMillis = FIRST_WAIT_MILLIS;
    if (failure != null) {
      failure = null;
      LOG.warn("store {}: writing again", name);
    }
  }

  void failed(Exception cause) {
    failures = failures + 1;
    if (failure == null) {
      LOG.warn("store {}: cannot be written and is tried again and again", name, cause);
    }
    failure = cause;
  }

  /** Waits before the next attempt; true when the feed closes, so that there is none. */
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
