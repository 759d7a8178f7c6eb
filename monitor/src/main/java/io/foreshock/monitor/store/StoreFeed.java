// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import io.foreshock.monitor.config.MonitorConfig;
import java.io.IOException;
import java.time.Clock;
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
 *   add ──▶ queue, bounded ──▶ groups ──▶ StoreWriter, tried until it succeeds
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
 * <p><b>Threads.</b> One thread adds; any reads; writing has a thread of its own.
 */
public final class StoreFeed implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StoreFeed.class);

  /** A group that is this large before it is due is waited for longer: a store likes bulk. */
  private static final long BULK_BYTES = 2 << 20;

  private static final int BULK_WAITS = 8;
  private static final StoreBatch END = new StoreBatch(Long.MAX_VALUE, 0);

  private final String name;
  private final TelemetryStore store;
  private final MonitorConfig.StoreSettings settings;
  private final BlockingQueue<StoreBatch> queue = new LinkedBlockingQueue<>();
  private final WaitingAlarms waitingAlarms = new WaitingAlarms();
  private final Upkeep upkeep;
  private final StoreReads reads;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final StoreWriter writer;
  private final Thread thread;
  private Backlog backlog;
  private volatile long waitingBytes;
  private volatile boolean lettingGo;
  private volatile boolean readingBack;
  private long letGoThrough;

  /**
   * A feed that takes, but does not write before {@link #start}. A store that cannot be opened now
   * is tried again from then on.
   *
   * @param name of the store, in logs and metrics
   * @param store is closed with the feed
   * @param clock by which what is too old is deleted
   */
  public StoreFeed(
      String name, TelemetryStore store, MonitorConfig.StoreSettings settings, Clock clock) {
    this.name = name;
    this.store = store;
    this.reads = new StoreReads(name);
    this.settings = settings;
    this.upkeep = new Upkeep(name, store, settings.retentionDays(), clock);
    this.writer = new StoreWriter(name, store, waitingAlarms, closing, this::isFull);
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
    lettingGo = through > writer.appliedSequence() || !waitingAlarms.isEmpty();
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
    return writer.failure() == null;
  }

  /** Name of the store. */
  public String name() {
    return name;
  }

  /** Newest journal entry whose lines, and those of all entries before it, are stored for good. */
  public long appliedSequence() {
    return writer.appliedSequence();
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
    return writer.lostEntries();
  }

  /** Memory, roughly, of the batches that wait. */
  public long waitingBytes() {
    return waitingBytes;
  }

  /** Writes that failed since the start. */
  public long failures() {
    return writer.failures();
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
    Exception last = writer.failure();
    long lostEntries = writer.lostEntries();
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
    boolean open = writer.open(backlog);
    while (open) {
      open = collect(group);
      boolean stored = writer.write(group, group.isEmpty() ? 0 : sequenceOf(group));
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
    return group.size() >= StoreWriter.MAX_GROUP || bytes(group) >= settings.queueBytes() / 4;
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
    LOG.debug(
        "store {}: reading back entries {} to {}", name, writer.appliedSequence() + 1, through);
    while (!isClosing()) {
      try {
        if (round(through)) {
          readingBack = false;
          return true;
        }
      } catch (IOException | RuntimeException e) {
        writer.failed(new StoreException("the journal cannot be read back: " + e.getMessage(), e));
        writer.pause();
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
        writer.appliedSequence(),
        through,
        batch -> {
          group.add(batch);
          if (isFull(group)) {
            boolean stored = writer.write(group, batch.sequence);
            group.clear();
            return stored && !isClosing();
          }
          return !isClosing();
        });
    return !isClosing() && writer.write(group, through);
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
