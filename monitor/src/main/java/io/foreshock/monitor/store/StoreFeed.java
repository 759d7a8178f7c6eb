// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import io.foreshock.monitor.config.MonitorConfig;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings what comes in to one store, which may be slow, failing or away, at its own pace.
 *
 * <pre>
 *   add ──▶ queue, bounded ──▶ groups ──▶ store.write, tried until it succeeds
 *     └─ full: let go ─▶ (journal) ─ Backlog ─▶ groups ─┘
 * </pre>
 *
 * <p>Adding never waits. When the queue is full its further lines are let go: the journal has them.
 * Once the queue is written, the entries let go are read back from there while new ones queue up
 * again; when too many do, the next round reads those back. So an outage of any length is bridged
 * with bounded memory and without a restart. A start is the same: what the store lacks of the
 * journal is the first round.
 *
 * <p>Alarms wait apart, in {@link WaitingAlarms}, and are readable at once.
 *
 * <p>Groups shrink while writing fails, so that a group too large for the store does not block it.
 *
 * <p><b>Threads.</b> One thread adds; any reads; writing has a thread of its own.
 */
public final class StoreFeed implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StoreFeed.class);

  private static final int MAX_GROUP = 512;

  /** A group that is this large before it is due is waited for longer: a store likes bulk. */
  private static final long BULK_BYTES = 2 << 20;

  private static final int BULK_WAITS = 8;
  private static final long FIRST_WAIT_MILLIS = 100;
  private static final long MAX_WAIT_MILLIS = 10_000;
  private static final long MAX_RETRY_AFTER_MILLIS = 600_000;
  private static final StoreBatch END = new StoreBatch(Long.MAX_VALUE, 0);

  private final String name;
  private final TelemetryStore store;
  private final MonitorConfig.StoreSettings settings;
  private final BlockingQueue<StoreBatch> queue = new LinkedBlockingQueue<>();
  private final WaitingAlarms waitingAlarms = new WaitingAlarms();
  private final Upkeep upkeep;
  private final StoreReads reads;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;
  private Backlog backlog;
  private volatile long appliedSequence;
  private volatile long waitingBytes;
  private volatile boolean lettingGo;
  private volatile boolean readingBack;
  private volatile Exception failure;
  private volatile long failures;
  private volatile long lostEntries;
  private long letGoThrough;

  /** Newest entry that the store had before it was mended; 0 when it lacks none of them. */
  private long lostThrough;

  private int groupLimit = MAX_GROUP;
  private long waitMillis = FIRST_WAIT_MILLIS;

  /**
   * A feed that takes, but does not write before {@link #start}. A store that cannot be opened now
   * is tried again from then on.
   *
   * @param name of the store, in logs and metrics
   * @param store is closed with the feed
   */
  public StoreFeed(String name, TelemetryStore store, MonitorConfig.StoreSettings settings) {
    this.name = name;
    this.store = store;
    this.reads = new StoreReads(name);
    this.settings = settings;
    this.upkeep = new Upkeep(name, store, settings.retentionDays());
    try {
      store.open();
    } catch (StoreException e) {
      LOG.error("store {}: not open; telemetry waits in the journal until it is", name, e);
      failure = e;
    }
    this.appliedSequence = store.appliedSequence();
    this.thread = new Thread(this::run, "store-" + name);
  }

  /**
   * Begins to write, first what the store lacks.
   *
   * @param through newest entry that the backlog may hold now
   */
  public synchronized void start(Backlog missed, long through) {
    backlog = missed;
    letGoThrough = through;
    lettingGo = through > appliedSequence || !waitingAlarms.isEmpty();
    thread.start();
  }

  /** Takes a batch, whose sequence is higher than the last one's. Never waits. */
  public synchronized void add(StoreBatch batch) {
    keep(batch.alarms);
    long bytes = batch.memoryBytes();
    if (lettingGo || (waitingBytes > 0 && waitingBytes + bytes > settings.queueBytes())) {
      if (!lettingGo && !readingBack) {
        LOG.warn(
            "store {}: behind; lines from entry {} on wait in the journal", name, batch.sequence);
      }
      lettingGo = true;
      letGoThrough = batch.sequence;
    } else {
      waitingBytes = waitingBytes + bytes;
      queue.add(batch);
    }
  }

  /** Takes alarms that the store may lack. */
  public void keep(List<StoredAlarm> alarms) {
    waitingAlarms.add(alarms);
  }

  /** A run's alarms, stored or not; those that wait even when the store cannot be read. */
  public RunAlarms alarms(String run) {
    // waiting ones are looked at first: one stored in between is then seen twice, never not at all
    List<StoredAlarm> waiting = waitingAlarms.of(run);
    Map<StoredAlarm, StoredAlarm> alarms = new LinkedHashMap<>();
    StoreException unread = null;
    try {
      List<String> stored = reads.read(() -> store.alarms(run));
      if (waiting.isEmpty()) {
        return new RunAlarms(stored, null);
      }
      stored.forEach(line -> StoredAlarm.put(alarms, StoredAlarm.read(line)));
    } catch (StoreException e) {
      unread = e;
    }
    waiting.forEach(alarm -> StoredAlarm.put(alarms, alarm));
    return new RunAlarms(alarms.values().stream().map(StoredAlarm::line).toList(), unread);
  }

  /** Runs that the store has rows of. */
  public List<String> runs() {
    return store.runs();
  }

  /**
   * Mends the store where a read has shown it to be damaged. To be called before {@link #start}.
   */
  void repair() {
    store.repair();
  }

  /** What the store's rows of a run tell. */
  public RunRows rows(String run) {
    return store.rows(run);
  }

  /**
   * Series of numbers that are stored.
   *
   * @throws StoreException when the store cannot be read
   */
  public List<Series> series(SeriesQuery query) {
    return reads.read(() -> store.series(query));
  }

  /** How reading from the store goes. */
  public StoreReads reads() {
    return reads;
  }

  /** Whether it is known what the store has. */
  boolean isOpen() {
    return failure == null;
  }

  /** Name of the store. */
  public String name() {
    return name;
  }

  /** Newest journal entry whose lines, and those of all entries before it, are stored for good. */
  public long appliedSequence() {
    return appliedSequence;
  }

  /** Newest journal entry up to which the store needs no second copy. */
  public long securedSequence() {
    return store.securedSequence();
  }

  /** Has what is stored secured soon, so that the journal can let it go. */
  public void wantSecurity() {
    upkeep.wantSecurity();
  }

  /** Entries, at most, that the store lacks and that could not be read back at the start. */
  public long lostEntries() {
    return lostEntries;
  }

  /** Memory, roughly, of the batches that wait. */
  public long waitingBytes() {
    return waitingBytes;
  }

  /** Writes that failed since the start. */
  public long failures() {
    return failures;
  }

  /** Lines that the store refused for good since the start. */
  public long refusedLines() {
    return store.refusedLines();
  }

  /** Whether lines wait in the journal because writing fails or is too slow. */
  public boolean behind() {
    return lettingGo || readingBack;
  }

  /** What is wrong with the store; null while the last write succeeded. */
  public String trouble() {
    Exception last = failure;
    if (last != null) {
      return "store " + name + " cannot be written: " + last.getMessage();
    }
    return lostEntries == 0
        ? null
        : "store "
            + name
            + " lacks up to "
            + lostEntries
            + " journal entries that were lost before the last start; the log says which";
  }

  /** Stores what is queued, as far as the store answers, then closes it. */
  @Override
  public void close() {
    closing.countDown();
    queue.add(END);
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    store.close();
  }

  private void run() {
    List<StoreBatch> group = new ArrayList<>();
    boolean open = opened();
    while (open) {
      open = collect(group);
      boolean stored = write(group, group.isEmpty() ? 0 : sequenceOf(group));
      if (!group.isEmpty()) {
        upkeep.written();
      }
      release(group);
      group.clear();
      // what follows a gap must not be stored before the gap is
      open = open && stored && (!lettingGo || !queue.isEmpty() || readBack());
      if (open) {
        upkeep.tidy();
        upkeep.secure();
      }
      if (open && queue.isEmpty() && !lettingGo) {
        upkeep.condense();
      }
    }
  }

  /** Opens the store, however long that takes; false when the feed closes before it succeeds. */
  private boolean opened() {
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

  /** Gathers batches until it is time to commit; false when the last is among them. */
  private boolean collect(List<StoreBatch> group) {
    try {
      StoreBatch batch = queue.poll(lettingGo ? 0 : upkeep.idleNanos(), TimeUnit.NANOSECONDS);
      long begin = System.nanoTime();
      while (batch != null && batch != END) {
        group.add(batch);
        long left = begin + waitNanos(group) - System.nanoTime();
        // bulk is waited for only as long as it keeps coming
        long wait = Math.min(left, TimeUnit.MILLISECONDS.toNanos(settings.commitMillis()));
        batch = isFull(group) ? null : queue.poll(wait, TimeUnit.NANOSECONDS);
      }
      return batch != END;
    } catch (InterruptedException e) {
      LOG.error("store {}: interrupted; it writes no more until the next start", name, e);
      return false;
    }
  }

  private long waitNanos(List<StoreBatch> group) {
    long nanos = TimeUnit.MILLISECONDS.toNanos(settings.commitMillis());
    return bytes(group) >= BULK_BYTES ? BULK_WAITS * nanos : nanos;
  }

  private boolean isFull(List<StoreBatch> group) {
    return group.size() >= MAX_GROUP || bytes(group) >= settings.queueBytes() / 4;
  }

  private static long bytes(List<StoreBatch> group) {
    long bytes = 0;
    for (StoreBatch batch : group) {
      bytes += batch.memoryBytes();
    }
    return bytes;
  }

  /** One round over the journal; false when the feed closes before it is through. */
  private boolean readBack() {
    readingBack = true;
    long through = beginRound();
    LOG.debug("store {}: reading back entries {} to {}", name, appliedSequence + 1, through);
    while (!isClosing()) {
      try {
        if (round(through)) {
          readingBack = false;
          return true;
        }
      } catch (IOException | RuntimeException e) {
        failed(new StoreException("the journal cannot be read back: " + e.getMessage(), e));
        pause();
      }
    }
    return false;
  }

  /** From now on what comes in is queued again. */
  private synchronized long beginRound() {
    lettingGo = false;
    return letGoThrough;
  }

  private boolean round(long through) throws IOException {
    List<StoreBatch> group = new ArrayList<>();
    backlog.read(
        appliedSequence,
        through,
        batch -> {
          group.add(batch);
          if (isFull(group)) {
            boolean stored = write(group, batch.sequence);
            group.clear();
            return stored && !isClosing();
          }
          return !isClosing();
        });
    return !isClosing() && write(group, through);
  }

  /** Writes a group, piece by piece if need be; false when the feed closes before it succeeds. */
  private boolean write(List<StoreBatch> group, long through) {
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
          if (isFull(group)) {
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

  private void failed(Exception cause) {
    failures = failures + 1;
    if (failure == null) {
      LOG.warn("store {}: cannot be written and is tried again and again", name, cause);
    }
    failure = cause;
  }

  /** Waits before the next attempt; true when the feed closes, so that there is none. */
  private boolean pause() {
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

  private boolean isClosing() {
    return closing.getCount() == 0;
  }

  private synchronized void release(List<StoreBatch> group) {
    waitingBytes -= bytes(group);
  }

  private static long sequenceOf(List<StoreBatch> group) {
    return group.get(group.size() - 1).sequence;
  }
}
