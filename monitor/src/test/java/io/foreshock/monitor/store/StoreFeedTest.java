// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.monitor.TestAlarms;
import io.foreshock.monitor.TestMonitor;
import io.foreshock.monitor.config.ConfigFile;
import io.foreshock.monitor.config.MonitorConfig;
import io.foreshock.predictors.online.Alarm;
import io.foreshock.predictors.online.Severity;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StoreFeedTest {
  private static final long QUEUE_BYTES = 100_000; // a handful of batches
  private static final MonitorConfig.StoreSettings SETTINGS =
      ConfigFile.parse("test", "store: {commit_milliseconds: 1, queue_bytes: " + QUEUE_BYTES + "}")
          .store();

  private final FakeStore store = new FakeStore(0);
  private final StoreFeed feed = new StoreFeed("fake", store, SETTINGS, Clock.systemUTC());
  private final List<StoreBatch> journal = new CopyOnWriteArrayList<>();
  private final AtomicLong readBack = new AtomicLong();
  private long sequence;

  @AfterEach
  void close() {
    feed.close();
  }

  @Test
  void anOutageIsBridgedWithBoundedMemory() throws Exception {
    feed.start(this::read, 0);
    add(5);
    awaitApplied();
    store.refuses = group -> true;
    for (int i = 0; i < 500; i++) {
      add(1);
      assertTrue(feed.waitingBytes() <= QUEUE_BYTES, () -> "waiting: " + feed.waitingBytes());
    }
    TestMonitor.await(() -> feed.trouble() != null);
    assertEquals("store fake cannot be written: refused by the test", feed.trouble());
    assertTrue(feed.behind());
    assertEquals(5, feed.appliedSequence());
    store.refuses = group -> false;
    add(20);
    awaitApplied();
    TestMonitor.await(() -> !feed.behind());
    assertEquals(LongStream.rangeClosed(1, 525).boxed().toList(), store.entries);
    assertNull(feed.trouble());
    assertFalse(feed.behind());
    assertEquals(0, feed.waitingBytes());
  }

  @Test
  void whatComesAfterAnOutageDoesNotTakeTheWayOverTheJournal() throws Exception {
    feed.start(this::read, 0);
    store.refuses = group -> true;
    add(100);
    store.refuses = group -> false;
    awaitApplied();
    TestMonitor.await(() -> !feed.behind());
    long before = readBack.get();
    assertTrue(before > 0);
    for (int i = 0; i < 10; i++) {
      add(1);
      awaitApplied();
    }
    assertEquals(before, readBack.get());
  }

  /** A damaged file, mended while the monitor runs: the journal holds what it lost. */
  @Test
  void aStoreThatWasMendedAndHasLess_isRefilledBeforeAnythingNewer() throws Exception {
    feed.start(this::read, 0);
    add(100);
    awaitApplied();
    store.fallBackTo(40);
    add(10);
    awaitApplied();
    assertEquals(LongStream.rangeClosed(1, 110).boxed().toList(), store.entries);
    assertNull(feed.trouble());
  }

  @Test
  void aStoreThatAReadFoundDamaged_isMendedThoughNothingIsToBeWritten() throws Exception {
    feed.start(this::read, 0);
    add(100);
    awaitApplied();
    store.fallBackTo(40);
    TestMonitor.await(() -> store.entries.size() == 100);
    assertEquals(LongStream.rangeClosed(1, 100).boxed().toList(), store.entries);
  }

  @Test
  void aSlowStoreGetsEverythingOnceAndHoldsNobodyUp() throws Exception {
    Semaphore pace = new Semaphore(0);
    store.refuses =
        group -> {
          pace.acquireUninterruptibly();
          return false;
        };
    feed.start(this::read, 0);
    add(1000); // returns although not one write has come through
    assertEquals(List.of(), store.entries);
    while (feed.appliedSequence() < 1000) {
      pace.release();
      if (sequence < 1300) {
        add(1);
      }
    }
    pace.release(10_000);
    awaitApplied();
    assertEquals(LongStream.rangeClosed(1, sequence).boxed().toList(), store.entries);
  }

  @Test
  void beginsWithWhatTheStoreLacks() throws Exception {
    LongStream.rangeClosed(1, 10).forEach(entry -> journal.add(batch(entry)));
    FakeStore older = new FakeStore(3);
    try (StoreFeed late = new StoreFeed("late", older, SETTINGS, Clock.systemUTC())) {
      late.start(this::read, 10);
      TestMonitor.await(() -> late.appliedSequence() == 10);
    }
    assertEquals(LongStream.rangeClosed(4, 10).boxed().toList(), older.entries);
  }

  @Test
  void passesOverEntriesThatTheJournalLost() throws Exception {
    for (long entry : new long[] {1, 2, 7}) {
      journal.add(batch(entry));
    }
    feed.start(this::read, 9);
    TestMonitor.await(() -> feed.appliedSequence() == 9);
    assertEquals(List.of(1L, 2L, 7L), store.entries);
  }

  @Test
  void aClosedFeedLeavesNoGap() throws Exception {
    FakeStore away = new FakeStore(0);
    StoreFeed closed = new StoreFeed("away", away, SETTINGS, Clock.systemUTC());
    closed.start(this::read, 0);
    away.refuses = group -> true;
    for (int i = 0; i < 200; i++) {
      journal.add(batch(++sequence));
      closed.add(journal.get(i));
    }
    TestMonitor.await(() -> closed.trouble() != null);
    closed.close();
    assertEquals(List.of(), away.entries);
    assertEquals(0, closed.appliedSequence());
  }

  @Test
  void storesWhatIsQueuedBeforeItCloses() {
    FakeStore kept = new FakeStore(0);
    try (StoreFeed closed = new StoreFeed("kept", kept, SETTINGS, Clock.systemUTC())) {
      closed.start(this::read, 0);
      closed.add(batch(1));
      closed.add(batch(2));
    }
    assertEquals(List.of(1L, 2L), kept.entries);
  }

  @Test
  void aGroupTooLargeForTheStoreIsCutSmaller() throws Exception {
    store.refuses = group -> group.size() > 1;
    LongStream.rangeClosed(1, 6).forEach(entry -> journal.add(batch(entry)));
    sequence = 6;
    feed.start(this::read, 6);
    awaitApplied();
    assertEquals(LongStream.rangeClosed(1, 6).boxed().toList(), store.entries);
  }

  @Test
  void alarmsAreReadableAtOnceAndStoredOnceTheStoreIsBack() throws Exception {
    feed.start(this::read, 0);
    store.refuses = group -> true;
    add(50);
    StoreBatch batch = batch(++sequence);
    batch.add(alarm("R/1").alarm());
    journal.add(batch);
    feed.add(batch);
    assertEquals(List.of(alarm("R/1").line()), feed.alarms("R").all());
    assertEquals(List.of(), feed.alarms("another").all());
    store.refuses = group -> false;
    awaitApplied();
    TestMonitor.await(() -> store.alarms.size() == 1);
    assertEquals(List.of(alarm("R/1").line()), feed.alarms("R").all());
  }

  @Test
  void aStoreThatCannotBeReadHidesNoAlarmAndIsNotTakenForAnEmptyOne() throws Exception {
    store.unreadable = true;
    store.refuses = group -> true; // so that the alarm waits
    feed.expect(with(alarm("R/1")));
    feed.start(this::read, 0);
    RunAlarms alarms = feed.alarms("R");
    assertEquals(List.of(alarm("R/1").line()), alarms.lines(), "those that wait");
    assertThrows(StoreException.class, alarms::all);
    String trouble = "store fake cannot be read: unreadable by the test";
    assertEquals(trouble, alarms.unread().getMessage());
    assertEquals(trouble, feed.reads().trouble());
    assertEquals(1, feed.reads().failures());
    assertThrows(StoreException.class, () -> feed.series(SeriesQuery.all("R", "train_step")));
    assertEquals(2, feed.reads().failures());

    store.unreadable = false;
    assertEquals(List.of(), feed.series(SeriesQuery.all("R", "train_step")));
    assertNull(feed.reads().trouble(), "until a read succeeds");
    assertNull(feed.alarms("R").unread());
  }

  @Test
  void anAlarmThatGotWorseWithinAStepIsGivenAndStoredAtItsWorst() throws Exception {
    StoredAlarm warning = alarm("R/1", Severity.WARNING);
    StoredAlarm critical = alarm("R/1", Severity.CRITICAL);
    feed.expect(with(warning, critical));
    assertEquals(List.of(critical.line()), feed.alarms("R").all());
    feed.start(this::read, 0);
    add(1);
    awaitApplied();
    assertEquals(Set.of(critical.line()), store.alarms);
  }

  @Test
  void anAlarmThatGetsWorseWhileItIsWrittenIsWrittenAgain() throws Exception {
    StoredAlarm warning = alarm("R/1", Severity.WARNING);
    StoredAlarm critical = alarm("R/1", Severity.CRITICAL);
    CountDownLatch writing = new CountDownLatch(1);
    Semaphore go = new Semaphore(0);
    store.refuses =
        group -> {
          writing.countDown();
          go.acquireUninterruptibly();
          return false;
        };
    feed.expect(with(warning));
    feed.start(this::read, 0);
    writing.await();
    feed.expect(with(critical));
    go.release(1000);
    add(1);
    awaitApplied();
    assertEquals(Set.of(warning.line(), critical.line()), store.alarms);
  }

  @Test
  void keepsTheNewestAlarmsOnly() {
    List<StoredAlarm> many = new ArrayList<>();
    for (int i = 0; i < 10_050; i++) {
      many.add(alarm("R/" + i));
    }
    feed.expect(with(many.toArray(StoredAlarm[]::new)));
    List<String> alarms = feed.alarms("R").all();
    assertEquals(10_000, alarms.size());
    assertEquals(alarm("R/10049").line(), alarms.get(9_999));
    feed.start(this::read, 0);
  }

  @Test
  void aRunIsDeletedInTheOrderOfTheJournal() throws Exception {
    List<String> order = new CopyOnWriteArrayList<>();
    store.refuses =
        group -> {
          order.add(group.isEmpty() ? "delete" : group.size() + " written");
          return false;
        };
    addAlarm("R/1");
    delete("R");
    addAlarm("R/2");
    feed.start(this::read, sequence);
    awaitApplied();
    assertEquals(List.of("1 written", "delete", "1 written"), order);
    assertEquals(List.of("R"), store.deleted);
    assertEquals(Set.of(alarm("R/2").line()), store.alarms);
  }

  @Test
  void aStoreThatIsAwayShowsNothingOfADeletedRunAndDeletesItOnceItIsBack() throws Exception {
    feed.start(this::read, 0);
    addAlarm("R/1");
    awaitApplied();
    store.refuses = group -> true;
    add(50); // so that it reads the rest from the journal
    addAlarm("R/2");
    delete("R");
    assertEquals(List.of(), feed.alarms("R").all());
    assertEquals(Set.of(alarm("R/1").line()), store.alarms, "which the store has still");
    addAlarm("R/3");
    assertEquals(List.of(alarm("R/3").line()), feed.alarms("R").all());
    store.refuses = group -> false;
    awaitApplied();
    assertEquals(Set.of(alarm("R/3").line()), store.alarms);
    assertEquals(List.of("R"), store.deleted);
  }

  /** The same telemetry raises the same alarm. */
  @Test
  void anAlarmOfALaterRunIsNotTakenForTheSameOfADeletedOne() throws Exception {
    Semaphore pace = new Semaphore(0);
    feed.start(this::read, 0);
    store.refuses =
        group -> {
          pace.acquireUninterruptibly();
          return false;
        };
    addAlarm("R/1");
    delete("R");
    addAlarm("R/1");
    for (int written = 1; written <= 3; written++) {
      assertEquals(List.of(alarm("R/1").line()), feed.alarms("R").all());
      pace.release();
    }
    pace.release(100);
    awaitApplied();
    assertEquals(Set.of(alarm("R/1").line()), store.alarms);
  }

  @Test
  void aDeletionThatWasKnownBeforeTheStoreCouldBeOpenedHidesNothingLater() throws Exception {
    store.alarms.add(alarm("R/9").line());
    feed.expect(deletion(7, "R")); // announced while nobody knew how far the store is
    store.fallBackTo(9);
    feed.start(this::read, 9);
    TestMonitor.await(() -> feed.alarms("R").all().size() == 1);
    assertEquals(List.of(alarm("R/9").line()), feed.alarms("R").all());
    assertEquals(List.of(), store.deleted);
  }

  @Test
  void aStoreThatLostADeletionDeletesAgainBeforeAnythingNewer() throws Exception {
    feed.start(this::read, 0);
    addAlarm("R/1");
    delete("R");
    addAlarm("R/2");
    awaitApplied();
    store.fallBackTo(1);
    store.alarms.add(alarm("R/1").line());
    add(1);
    awaitApplied();
    assertEquals(List.of("R", "R"), store.deleted);
    assertEquals(Set.of(alarm("R/2").line()), store.alarms);
  }

  @Test
  void aFailingStoreDoesNotHoldAnotherUp() throws Exception {
    FakeStore healthy = new FakeStore(0);
    store.refuses = group -> true;
    StoreFeed other = new StoreFeed("healthy", healthy, SETTINGS, Clock.systemUTC());
    Stores stores = new Stores(List.of(feed, other));
    stores.start(this::read, 0);
    for (int i = 0; i < 300; i++) {
      journal.add(batch(++sequence));
      stores.add(journal.get(i));
    }
    TestMonitor.await(() -> other.appliedSequence() == 300);
    assertEquals(300, healthy.entries.size());
    assertEquals(0, stores.appliedSequence(), "what the journal may let go of");
    assertEquals(300, stores.newestSequence());
    other.close();
  }

  private void add(int batches) {
    for (int i = 0; i < batches; i++) {
      StoreBatch batch = batch(++sequence);
      journal.add(batch); // before it is handed over, as the journal does
      feed.add(batch);
    }
  }

  private void addAlarm(String incident) {
    StoreBatch batch = batch(++sequence);
    batch.add(alarm(incident).alarm());
    journal.add(batch);
    feed.add(batch);
  }

  private void delete(String run) {
    StoreBatch batch = deletion(++sequence, run);
    journal.add(batch);
    feed.add(batch);
  }

  private static StoreBatch deletion(long entry, String run) {
    StoreBatch batch = new StoreBatch(entry, 0);
    batch.delete(run);
    return batch;
  }

  private void awaitApplied() throws Exception {
    TestMonitor.await(() -> feed.appliedSequence() == sequence);
    assertEquals(sequence, feed.appliedSequence());
  }

  private void read(long after, long through, Predicate<StoreBatch> taker) {
    for (StoreBatch batch : journal) {
      if (batch.sequence > after && batch.sequence <= through) {
        readBack.incrementAndGet();
        if (!taker.test(batch)) {
          return;
        }
      }
    }
  }

  private static StoreBatch batch(long entry) {
    return new StoreBatch(entry, 20_000); // room for a hundred lines
  }

  /** A batch of alarms that the store gets with whatever comes next. */
  private static StoreBatch with(StoredAlarm... alarms) {
    StoreBatch batch = new StoreBatch(0, 0);
    batch.alarms.addAll(List.of(alarms));
    return batch;
  }

  private static StoredAlarm alarm(String incident) {
    return alarm(incident, Severity.WARNING);
  }

  private static StoredAlarm alarm(String incident, Severity severity) {
    return new StoredAlarm(TestAlarms.raised("R", incident, 1, Alarm.State.OPEN, severity));
  }
}
