// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import io.foreshock.monitor.alert.AlarmJson;
import io.foreshock.predictors.online.Alarm;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.duckdb.DuckDBConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Telemetry in one DuckDB file.
 *
 * <p>A thread of its own collects batches for a while and writes them in one transaction. A
 * transaction that fails is tried {@value #ATTEMPTS} times; then its lines are let go, {@link
 * #behind} becomes true and {@link #appliedSequence} stands still, so that the journal keeps them
 * for the next start. Alarms are never let go: they stay readable from memory.
 */
public final class DuckDbStore implements TelemetryStore {
  private static final Logger LOG = LoggerFactory.getLogger(DuckDbStore.class);
  private static final int ATTEMPTS = 4;
  private static final int MAX_GROUP = 512;

  private record Item(StoreBatch batch, CountDownLatch flushed) {}

  private static final Item END = new Item(null, null);

  private final DuckDBConnection connection;
  private final DuckDBConnection readConnection;
  private final StoreTransaction transaction;
  private final DuckDbReader reader;
  private final long commitMillis;
  private final BlockingQueue<Item> queue = new LinkedBlockingQueue<>();
  private final AtomicLong waitingBytes = new AtomicLong();
  private final ConcurrentLinkedQueue<Alarm> unstoredAlarms = new ConcurrentLinkedQueue<>();
  private final Thread thread = new Thread(this::run, "store");
  private volatile long appliedSequence;
  private volatile boolean behind;

  private DuckDbStore(DuckDBConnection connection, long applied, long commitMillis)
      throws SQLException {
    this.connection = connection;
    this.readConnection = connection.duplicate();
    Dictionary dictionary = new Dictionary(connection);
    this.transaction = new StoreTransaction(connection, dictionary);
    this.reader = new DuckDbReader(readConnection, dictionary);
    this.commitMillis = commitMillis;
    this.appliedSequence = applied;
    thread.start();
  }

  /**
   * Opens the store; a file that refuses is moved aside and a new one begun, with an ERROR.
   *
   * @param memory DuckDB's memory limit, such as {@code 1GB}
   * @throws StoreException when not even a new file can be opened
   */
  public static DuckDbStore open(Path file, long commitMillis, String memory) {
    DuckDbFile.Opened opened = DuckDbFile.open(file, memory);
    try {
      return new DuckDbStore(opened.connection(), opened.applied(), commitMillis);
    } catch (SQLException e) {
      throw new StoreException("store " + file + " cannot be opened", e);
    }
  }

  @Override
  public long appliedSequence() {
    return appliedSequence;
  }

  @Override
  public void add(StoreBatch batch) {
    unstoredAlarms.addAll(batch.alarms);
    waitingBytes.addAndGet(batch.bytes);
    queue.add(new Item(batch, null));
  }

  @Override
  public long waitingBytes() {
    return waitingBytes.get();
  }

  @Override
  public boolean behind() {
    return behind;
  }

  @Override
  public List<Series> series(SeriesQuery query) {
    try {
      return reader.series(query);
    } catch (SQLException e) {
      throw new StoreException("the store cannot be read: " + e.getMessage(), e);
    }
  }

  @Override
  public List<String> alarms(String run) {
    // waiting ones are looked at first: one stored in between is then seen twice, never not at all
    List<String> waiting =
        unstoredAlarms.stream().filter(a -> a.run().equals(run)).map(AlarmJson::line).toList();
    Set<String> alarms = new LinkedHashSet<>();
    try {
      alarms.addAll(reader.alarms(run));
    } catch (SQLException e) {
      LOG.error("store: alarms of run {} cannot be read; giving those in memory", run, e);
    }
    alarms.addAll(waiting);
    return new ArrayList<>(alarms);
  }

  @Override
  public void flush() throws InterruptedException {
    CountDownLatch flushed = new CountDownLatch(1);
    queue.add(new Item(null, flushed));
    flushed.await();
  }

  @Override
  public void close() {
    queue.add(END);
    try {
      thread.join();
      readConnection.close();
      connection.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (SQLException e) {
      LOG.error("store: not closed cleanly; it will be repaired at the next start", e);
    }
  }

  private void run() {
    List<Item> items = new ArrayList<>();
    try {
      do {
        items.clear();
        collect(items);
        store(items.stream().map(Item::batch).filter(batch -> batch != null).toList());
        items.stream().filter(item -> item.flushed != null).forEach(i -> i.flushed.countDown());
      } while (!items.contains(END));
    } catch (InterruptedException e) {
      LOG.error("store: interrupted; it writes no more until the next start", e);
    }
  }

  /** Waits for a batch, then for more of them until it is time to commit or someone waits. */
  private void collect(List<Item> items) throws InterruptedException {
    Item item = queue.take();
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(commitMillis);
    while (item != null) {
      items.add(item);
      boolean urgent = item.batch == null || items.size() >= MAX_GROUP;
      item = urgent ? null : queue.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
    }
  }

  private void store(List<StoreBatch> batches) throws InterruptedException {
    if (batches.isEmpty()) {
      return;
    }
    long applied =
        behind
            ? appliedSequence
            : Math.max(appliedSequence, batches.get(batches.size() - 1).sequence);
    SQLException failure = null;
    for (int attempt = 0; attempt < (behind ? 1 : ATTEMPTS); attempt++) {
      try {
        transaction.write(batches, applied);
        failure = null;
        break;
      } catch (SQLException e) {
        failure = e;
        LOG.warn("store: writing failed, attempt {}: {}", attempt + 1, e.getMessage());
        Thread.sleep(100L << attempt);
      }
    }
    if (failure == null) {
      appliedSequence = applied;
      batches.forEach(batch -> batch.alarms.forEach(unstoredAlarms::remove));
    } else if (!behind) {
      behind = true;
      LOG.error(
          "store: cannot write; lines from journal entry {} on are kept in the journal and read"
              + " back at the next start. Alarms go on.",
          appliedSequence + 1,
          failure);
    }
    waitingBytes.addAndGet(-batches.stream().mapToLong(batch -> batch.bytes).sum());
  }
}
