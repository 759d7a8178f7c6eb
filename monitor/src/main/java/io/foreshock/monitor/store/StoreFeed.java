// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import io.foreshock.monitor.config.MonitorConfig;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes batches to one store at the store's own pace; the store may be slow, failing or
 * unreachable.
 *
 * <pre>
 *   add ──▶ queue, bounded ──▶ groups ──▶ StoreWriter, tried until it succeeds
 *     └─ full: skip ──▶ (journal) ─ Backlog ─▶ groups ─┘
 * </pre>
 *
 * <p>Adding never waits. When the queue is full, further lines are skipped, because the journal has
 * them. Once the queue is written, the skipped entries are read from the journal, while new ones
 * fill the queue again. When too many come meanwhile, another round reads those. So an outage of
 * any length needs bounded memory and no restart. At a start the first round reads the entries of
 * the journal that the store lacks.
 *
 * <p>Alarms wait separately in {@link WaitingAlarms} and are readable at once.
 *
 * <p><b>Threads.</b> One thread adds; any reads; writing has a thread of its own.
 */
public final class StoreFeed implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StoreFeed.class);

  /** Size from which on a group waits longer for more, because large writes are cheaper. */
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
  private Backlog backlog = (after, through, taker) -> {};
  private volatile long waitingBytes;
  private volatile boolean skipping;
  private volatile boolean readingBack;
  private long skippedThrough;

  /**
   * Creates a feed that accepts batches, but does not write before {@link #start}. A store that
   * cannot be opened now is opened later.
   *
   * @param name name of the store in logs and metrics
   * @param store store that is closed with the feed
   * @param clock clock by which old lines are deleted
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
   * Begins to write, first the entries that the store lacks.
   *
   * @param through newest entry that the backlog may hold now
   */
  public synchronized void start(Backlog missed, long through) {
    backlog = missed;
    skippedThrough = through;
    skipping = through > writer.appliedSequence() || !waitingAlarms.isEmpty();
    thread.start();
  }

  /** Adds a batch, whose sequence is higher than the last one's. Never waits. */
  public synchronized void add(StoreBatch batch) {
    expect(batch);
    long bytes = batch.memoryBytes();
    if (skipping || (waitingBytes > 0 && waitingBytes + bytes > settings.queueBytes())) {
      if (!skipping && !readingBack) {
        LOG.warn(
            "store {}: it is behind; lines from entry {} on wait in the journal",
            name,
            batch.sequence);
      }
      skipping = true;
      skippedThrough = batch.sequence;
    } else {
      waitingBytes = waitingBytes + bytes;
      queue.add(batch);
    }
  }

  /** Notes the alarms and the deletion of a batch that the store will get later. */
  void expect(StoreBatch batch) {
    waitingAlarms.add(batch);
  }

  /** A run's alarms, stored or waiting; the waiting ones even when the store cannot be read. */
  public RunAlarms alarms(String run) {
    // waiting ones are read first, so that one stored in between is seen twice and never missed
    List<StoredAlarm> waiting = waitingAlarms.of(run);
    Map<StoredAlarm, StoredAlarm> alarms = new LinkedHashMap<>();
    StoreException unread = null;
    try {
      List<String> stored = read(run, () -> store.alarms(run));
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

  /** Closed incidents over all runs; the waiting ones even when the store cannot be read. */
  public ClosedIncidents closedIncidents(IncidentQuery query) {
    // waiting ones are read first, so that one stored in between is seen twice and never missed
    Map<IncidentPlace, StoredIncident> incidents = new TreeMap<>();
    for (StoredAlarm waiting : waitingAlarms.all()) {
      if (query.matches(waiting.alarm())) {
        StoredIncident incident = new StoredIncident(waiting.alarm(), null);
        incidents.put(incident.place(), incident);
      }
    }
    StoreException unread = null;
    try {
      reads.read(() -> store.closedIncidents(query)).stream()
          .filter(incident -> !waitingAlarms.awaitsDeletion(incident.closing().run()))
          .forEach(incident -> incidents.put(incident.place(), incident));
    } catch (StoreException e) {
      unread = e;
    }
    return new ClosedIncidents(incidents.values().stream().limit(query.limit()).toList(), unread);
  }

  /** Runs that the store has rows of. */
  public List<String> runs() {
    return store.runs().stream().filter(run -> !waitingAlarms.awaitsDeletion(run)).toList();
  }

  /** Repairs the store after a read has found damage. To be called before {@link #start}. */
  void repair() {
    store.repair();
  }

  /** A summary of a run from the store's rows. */
  public RunRows rows(String run) {
    return store.rows(run);
  }

  /**
   * Stored values as series.
   *
   * @throws StoreException when the store cannot be read
   */
  public List<Series> series(SeriesQuery query) {
    return read(query.run(), () -> store.series(query));
  }

  /**
   * Stored values of several queries, in their order.
   *
   * @throws StoreException when the store cannot be read
   */
  public List<List<Series>> series(List<SeriesQuery> queries) {
    Set<String> gone =
        queries.stream()
            .map(SeriesQuery::run)
            .filter(waitingAlarms::awaitsDeletion)
            .collect(Collectors.toSet());
    List<SeriesQuery> present = queries.stream().filter(q -> !gone.contains(q.run())).toList();
    Iterator<List<Series>> found = reads.read(() -> store.series(present)).iterator();
    return queries.stream()
        .map(query -> gone.contains(query.run()) ? List.<Series>of() : found.next())
        .toList();
  }

  /**
   * The numeric fields of a run.
   *
   * @throws StoreException when the store cannot be read
   */
  public List<StoredSignal> signals(String run) {
    return read(run, () -> store.signals(run));
  }

  /**
   * The newest lines of a run in a measurement that has few.
   *
   * @throws StoreException when the store cannot be read
   */
  public List<StoredLine> lines(String run, String measurement) {
    return read(run, () -> store.lines(run, measurement));
  }

  /** Reads of a run; of a deleted one there is nothing, even before the store has deleted it. */
  private <T> List<T> read(String run, Supplier<List<T>> query) {
    return waitingAlarms.awaitsDeletion(run) ? List.of() : reads.read(query);
  }

  /** The reads from the store and their failures. */
  public StoreReads reads() {
    return reads;
  }

  /** Whether the store was opened, so that its newest entry is known. */
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

  /** Requests that stored entries be secured soon, so that the journal can release them. */
  public void wantSecurity() {
    upkeep.wantSecurity();
  }

  /** Most entries that the store may lack because they were lost before the start. */
  public long lostEntries() {
    return writer.lostEntries();
  }

  /** Approximate memory of the waiting batches. */
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
    return skipping || readingBack;
  }

  /** The trouble with the store; null while the last write succeeded. */
  public @Nullable String trouble() {
    Exception last = writer.failure();
    long lostEntries = writer.lostEntries();
    if (last != null) {
      return "store " + name + " cannot be written: " + last.getMessage();
    }
    return lostEntries == 0
        ? null
        : ("store %s lacks up to %s journal entries that were lost before the last start;"
                + " the log lists them")
            .formatted(name, lostEntries);
  }

  /** Stores the queued batches, as far as the store answers, then closes it. */
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
      // entries after a gap must not be stored before those in the gap
      open = open && stored && (!skipping || !queue.isEmpty() || readBack());
      if (open) {
        upkeep.tidy();
        upkeep.secure();
      }
      if (open && queue.isEmpty() && !skipping) {
        upkeep.condense();
      }
    }
  }

  /** Gathers batches until it is time to commit; returns false after the last one. */
  private boolean collect(List<StoreBatch> group) {
    try {
      StoreBatch batch = queue.poll(skipping ? 0 : upkeep.idleNanos(), TimeUnit.NANOSECONDS);
      long begin = System.nanoTime();
      while (batch != null && batch != END) {
        group.add(batch);
        long left = begin + waitNanos(group) - System.nanoTime();
        // it waits for a large group only while batches keep coming
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

  /** Reads one round from the journal; returns false when the feed closes before its end. */
  private boolean readBack() {
    readingBack = true;
    long through = beginRound();
    LOG.debug(
        "store {}: reading entries {} to {} from the journal",
        name,
        writer.appliedSequence() + 1,
        through);
    while (!isClosing()) {
      try {
        if (round(through)) {
          readingBack = false;
          return true;
        }
      } catch (IOException | RuntimeException e) {
        writer.failed(new StoreException("the journal cannot be read: " + e.getMessage(), e));
        writer.pause();
      }
    }
    return false;
  }

  /** Begins a round: new batches are queued again; returns the newest skipped entry. */
  private synchronized long beginRound() {
    skipping = false;
    return skippedThrough;
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
