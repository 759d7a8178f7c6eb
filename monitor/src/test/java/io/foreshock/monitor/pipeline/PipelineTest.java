// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.monitor.Telemetry;
import io.foreshock.monitor.TestMonitor;
import io.foreshock.monitor.alert.AlertRouter;
import io.foreshock.monitor.alert.Notice;
import io.foreshock.monitor.config.ConfigFile;
import io.foreshock.monitor.config.MonitorConfig;
import io.foreshock.monitor.config.NotifierSettings;
import io.foreshock.monitor.journal.Journal;
import io.foreshock.monitor.journal.Record;
import io.foreshock.monitor.journal.Room;
import io.foreshock.monitor.live.LiveHub;
import io.foreshock.monitor.metrics.Meters;
import io.foreshock.monitor.store.Backlog;
import io.foreshock.monitor.store.IncidentQuery;
import io.foreshock.monitor.store.Series;
import io.foreshock.monitor.store.SeriesQuery;
import io.foreshock.monitor.store.StoreBatch;
import io.foreshock.monitor.store.StoreFeed;
import io.foreshock.monitor.store.StoredAlarm;
import io.foreshock.monitor.store.StoredIncident;
import io.foreshock.monitor.store.StoredSignal;
import io.foreshock.monitor.store.Stores;
import io.foreshock.monitor.store.TelemetryStore;
import io.foreshock.predictors.online.Severity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class PipelineTest {
  private static final NotifierSettings PAGER =
      new NotifierSettings(
          NotifierSettings.Type.WEBHOOK, "pager", "http://n", "", Severity.INFO, true, 10, 30, 1);

  /** A store in memory, which notes what is written. */
  private static final class MemoryStore implements TelemetryStore {
    final List<Integer> batches = new CopyOnWriteArrayList<>();
    final List<StoredAlarm> alarms = new CopyOnWriteArrayList<>();
    private volatile long applied;

    @Override
    public long appliedSequence() {
      return applied;
    }

    @Override
    public void write(List<StoreBatch> written, List<StoredAlarm> newAlarms, long newApplied) {
      batches.add(written.size());
      alarms.addAll(newAlarms);
      applied = newApplied;
    }

    @Override
    public void delete(String run, long newApplied) {
      applied = newApplied;
    }

    @Override
    public List<Series> series(SeriesQuery query) {
      return List.of();
    }

    @Override
    public List<StoredSignal> signals(String run) {
      return List.of();
    }

    @Override
    public List<String> alarms(String run) {
      return List.of();
    }

    @Override
    public List<StoredIncident> closedIncidents(IncidentQuery query) {
      return List.of();
    }

    @Override
    public boolean tidy(long beforeNanos) {
      return false;
    }

    @Override
    public long refusedLines() {
      return 0;
    }

    @Override
    public void close() {}
  }

  @TempDir Path data;
  private final LiveHub live = new LiveHub();
  private final Meters meters = new Meters();
  private final MemoryStore store = new MemoryStore();
  private Journal journal;
  private Stores stores;
  private Runs runs;

  @AfterEach
  void close() throws IOException {
    stores.close();
    journal.close();
  }

  @Test
  void journalsThenDetectsThenRoutesThenPublishes() throws Exception {
    Pipeline pipeline = pipeline("");
    List<String> order = new ArrayList<>();
    live.subscribe(
        "r",
        event -> {
          if (event.name().equals("alarm")) {
            order.add(pipeline.newestSequence() > 0 ? "journalled" : "not journalled");
            order.add(runs.get("r").watch.openIncidents().isEmpty() ? "not detected" : "detected");
            order.add(waiting().isEmpty() ? "not routed" : "routed");
            order.add("published");
          }
        });
    accept(pipeline, trouble()).get(10, TimeUnit.SECONDS);
    assertEquals(List.of("journalled", "detected", "routed", "published"), order.subList(0, 4));
  }

  @Test
  void aWriteIsAnsweredAndStoredOnceItIsInTheJournal() throws Exception {
    Pipeline pipeline = pipeline("");
    Outcome outcome = accept(pipeline, Telemetry.steps("r", 1, 20)).get(10, TimeUnit.SECONDS);
    assertEquals(20, outcome.taken());
    assertTrue(journal.durableSequence() >= 1);
    TestMonitor.await(() -> store.appliedSequence() >= 1);
    assertTrue(store.appliedSequence() >= 1, "the store has the entry");
    assertEquals("r", runs.view("r").orElseThrow().run());
  }

  @Test
  void anAlarmIsRoutedAndStoredThoughTheJournalFails() throws Exception {
    Pipeline pipeline = pipeline("");
    removeJournal();
    CompletableFuture<Outcome> outcome = accept(pipeline, trouble());
    ExecutionException failure =
        assertThrows(ExecutionException.class, () -> outcome.get(10, TimeUnit.SECONDS));
    assertInstanceOf(IOException.class, failure.getCause(), "the sender must send it again");
    assertFalse(waiting().isEmpty(), "the pager is not kept waiting by a broken disk");
    assertTrue(waiting().get(0).alarm() != null, "it is about an alarm");
    TestMonitor.await(() -> !store.alarms.isEmpty());
    assertFalse(store.alarms.isEmpty(), "the alarm is stored");
    assertEquals("r", store.alarms.get(0).alarm().run());
  }

  @Test
  void aRefusedLineIsAnsweredAndItsRefusalIsJournalledNextToTheWrite() throws Exception {
    Pipeline pipeline = pipeline("limits: {series_per_run: 1}");
    Outcome outcome =
        accept(pipeline, "m,run=r a=1 1\nm,run=r b=1 2\nm,run=r a=2 3\n").get(10, TimeUnit.SECONDS);
    assertEquals(2, outcome.taken());
    assertEquals(1, outcome.dropped());
    assertEquals(2, outcome.firstBadLine());
    assertTrue(outcome.message().contains("limits.series_per_run = 1"), outcome.message());
    List<Record> entries = new ArrayList<>();
    journal.read(0, Long.MAX_VALUE, entries::add);
    assertInstanceOf(Entry.Lines.class, EntryCodec.read(entries.get(0)));
    Entry.Refused refused = assertInstanceOf(Entry.Refused.class, EntryCodec.read(entries.get(1)));
    assertEquals(entries.get(0).sequence(), refused.write());
    BitSet second = new BitSet();
    second.set(1);
    assertEquals(second, BitSet.valueOf(refused.lines()));
  }

  @Test
  void aMalformedLineIsAnsweredWithItsNumberAndCostsNoOther() throws Exception {
    Pipeline pipeline = pipeline("");
    Outcome outcome =
        accept(pipeline, "m,run=r a=1 1\nnonsense\nm,run=r a=2 3\n").get(10, TimeUnit.SECONDS);
    assertEquals(2, outcome.taken());
    assertEquals(1, outcome.dropped());
    assertEquals(2, outcome.firstBadLine());
  }

  @Test
  void aTickWithoutEffectIsNotJournalled() throws Exception {
    Pipeline pipeline = pipeline("");
    accept(pipeline, Telemetry.steps("r", 1, 20)).get(10, TimeUnit.SECONDS);
    long before = pipeline.newestSequence();
    Run run = runs.get("r");
    pipeline.tick(run, run.watch.lastTimeNanos());
    assertEquals(before, pipeline.newestSequence());
    pipeline.tick(run, run.watch.lastTimeNanos() + TimeUnit.HOURS.toNanos(1));
    assertTrue(pipeline.newestSequence() > before, "the run is silent: that is an incident");
  }

  /** A calm run, then losses that are not finite. */
  private static String trouble() {
    StringBuilder lines = new StringBuilder(Telemetry.steps("r", 1, 20));
    for (int step = 21; step <= 30; step++) {
      lines.append(Telemetry.step("r", step, Double.NaN, 1));
    }
    return lines.toString();
  }

  private List<Notice> waiting() {
    return runs.get("r").outbox.waiting();
  }

  private static CompletableFuture<Outcome> accept(Pipeline pipeline, String lines) {
    byte[] text = lines.getBytes(StandardCharsets.UTF_8);
    return pipeline.accept(new Entry.Lines(text, Precision.NANOSECONDS, 0));
  }

  private Pipeline pipeline(String yaml) throws IOException {
    MonitorConfig config = ConfigFile.parse("test", yaml).keepingDataIn(data);
    journal = Journal.open(data.resolve("journal"), 1 << 20, Room.UNBOUNDED, nanos -> {});
    journal.replay(entry -> {});
    journal.start(0);
    stores = new Stores(List.of(new StoreFeed("memory", store, config.store(), Clock.systemUTC())));
    Backlog nothing = (after, through, taker) -> {};
    stores.start(nothing, 0);
    runs = new Runs(config);
    AlertRouter alerts = new AlertRouter(List.of(PAGER), List.of());
    return new Pipeline(
        new Parts(config, journal, runs, stores, alerts, live, meters, Clock.systemUTC()));
  }

  private void removeJournal() throws IOException {
    Path directory = data.resolve("journal");
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }
}
