// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.monitor.DataFiles;
import io.foreshock.monitor.Telemetry;
import io.foreshock.monitor.TestMonitor;
import io.foreshock.monitor.alert.AlertRouter;
import io.foreshock.monitor.config.ConfigFile;
import io.foreshock.monitor.config.MonitorConfig;
import io.foreshock.monitor.journal.Journal;
import io.foreshock.monitor.journal.Room;
import io.foreshock.monitor.live.LiveHub;
import io.foreshock.monitor.metrics.Meters;
import io.foreshock.monitor.store.Stores;
import io.foreshock.predictors.online.AlarmKind;
import io.foreshock.predictors.online.Judging;
import io.foreshock.predictors.stats.State;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs at rest leave memory for others, and come back as they were. */
@Timeout(60)
class ParkingTest {
  private static final String YAML = "snapshots: {every_seconds: 1}\nlimits: {runs: 12}";

  /** At the end of a watch: when it last looked at the clock, and how long it has watched. */
  private static final int CLOCK_BYTES = 5 * Long.BYTES;

  /** For eight runs of Telemetry's steps, and four that are parked. */
  private static final long HEAP = 2 * (8 * RunCost.grown(6) + 4 * RunCost.parked(2 << 10));

  @TempDir Path directory;
  private final AtomicLong passedNanos = new AtomicLong();
  private Runs runs;
  private Path data;
  private Journal journal;
  private Stores stores;

  @Test
  void runsThatEndedMakeRoomForNewOnes() throws Exception {
    data = directory.resolve("data");
    try (Engine engine = start()) {
      for (int i = 0; i < 7; i++) {
        assertTaken(engine, ended("ended-" + i));
      }
      assertTaken(engine, Telemetry.steps("lives", 1, 20));
      Outcome tooEarly = write(engine, Telemetry.steps("new-0", 1, 20));
      assertNotNull(tooEarly.noRoom(), "lines may still follow the last step");
      assertTrue(engine.trouble().orElse("").startsWith("8 runs, no room for new ones: "));
      rest(engine);
      assertTaken(engine, Telemetry.steps("lives", 21, 40));
      for (int i = 0; i < 4; i++) {
        assertTaken(engine, Telemetry.steps("new-" + i, 1, 20));
      }
      assertEquals(12, runs.views().size(), "they stay in the list");
      assertEquals(8, runs.inMemory());
      assertEquals(RunState.FINISHED, runs.view("ended-0").orElseThrow().state());
      Outcome mixed =
          write(engine, Telemetry.steps("one-more", 1, 2) + Telemetry.steps("lives", 41, 50));
      assertTrue(mixed.noRoom().contains("limits.runs"), mixed.noRoom());
      assertEquals(10, mixed.taken(), "the good lines of known runs are kept");
      assertEquals(50, runs.view("lives").orElseThrow().newest().step());
    }
    try (Engine engine = start()) {
      assertEquals(12, runs.views().size());
      assertEquals(5, runs.inMemory(), "what is at rest is not even loaded");
      RunView atRest = runs.view("ended-3").orElseThrow();
      assertEquals(20, atRest.newest().step());
      assertEquals(
          new Judging.WarmingUp(20, 128),
          atRest.reading().judgings().byKind().get(AlarmKind.LOSS_PLATEAU),
          "and what judged it is still known");
    }
  }

  @Test
  void aParkedRunComesBackAsItWas() throws Exception {
    String before = ended("r") + Telemetry.steps("r", 1, 300);
    String after = Telemetry.steps("r", 301, 500);
    byte[] stayed;
    data = directory.resolve("stayed");
    try (Engine engine = start()) {
      assertTaken(engine, before);
      assertTaken(engine, after);
      stayed = watch("r");
    }
    data = directory.resolve("parked");
    try (Engine engine = start()) {
      assertTaken(engine, before);
      rest(engine);
      passedNanos.addAndGet(TimeUnit.HOURS.toNanos(1));
      TestMonitor.await(() -> runs.inMemory() == 0);
      assertEquals(0, runs.inMemory(), "it rested for an hour");
      RunView parked = runs.view("r").orElseThrow();
      assertTaken(engine, after);
      assertEquals(300, parked.newest().step());
      assertArrayEquals(stayed, watch("r"));
    }
  }

  @Test
  void aRunThatMayYetStallIsNotParked() throws Exception {
    data = directory.resolve("data");
    try (Engine engine = start()) {
      assertTaken(engine, Telemetry.steps("lives", 1, 20));
      rest(engine);
      passedNanos.addAndGet(TimeUnit.HOURS.toNanos(2));
      TimeUnit.MILLISECONDS.sleep(1500); // a round
      assertEquals(1, runs.inMemory());
    }
  }

  /** What a machine that dies leaves, with other room than there was. */
  @Test
  void aReplayTakesWhatWasTakenAndRefusesWhatWasRefused() throws Exception {
    data = directory.resolve("data");
    Path killed = directory.resolve("killed");
    try (Engine engine = start("snapshots: {every_seconds: 3600}")) {
      StringBuilder flood = new StringBuilder();
      for (int i = 0; i < 40; i++) {
        flood.append(Telemetry.steps("flood-" + i, 1, 1));
      }
      for (int i = 0; i < 6; i++) {
        assertTaken(engine, Telemetry.steps("kept-" + i, 1, 20));
      }
      assertNotNull(write(engine, flood.toString()).noRoom());
      assertEquals(8, runs.size());
      TestMonitor.await(() -> stores.appliedSequence() == journal.durableSequence());
      assertEquals(journal.durableSequence(), stores.appliedSequence(), "nothing is behind");
      assertTaken(engine, Telemetry.steps("kept-5", 21, 30));
      DataFiles.copy(data, killed);
    }
    List<String> known = runs.views().stream().map(RunView::run).sorted().toList();
    data = killed;
    try (Engine engine = start()) {
      assertEquals(known, runs.views().stream().map(RunView::run).sorted().toList());
      assertEquals(30, runs.view("kept-5").orElseThrow().newest().step());
      assertNull(runs.view("flood-7").orElse(null));
    }
  }

  @Test
  void aDamagedSnapshotOfAParkedRunCostsOnlyItsDetectors() throws Exception {
    data = directory.resolve("data");
    try (Engine engine = start()) {
      assertTaken(engine, ended("r"));
    }
    Path file = DataFiles.list(data.resolve("snapshots")).get(0); // then comes "covered"
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 100] ^= 1;
    Files.write(file, bytes);
    try (Engine engine = start()) {
      assertEquals(0, runs.inMemory());
      assertTaken(engine, Telemetry.steps("r", 21, 22));
      assertEquals(22, runs.view("r").orElseThrow().newest().step());
      assertEquals(1, runs.view("r").orElseThrow().segments().size(), "it goes on");
      assertFalse(runs.view("r").orElseThrow().configuration().fields().isEmpty());
      assertTrue(
          DataFiles.list(data.resolve("snapshots")).stream()
              .anyMatch(f -> f.toString().contains(".damaged-")));
    }
  }

  /** Waits until all is saved, then lets a minute pass. */
  private void rest(Engine engine) throws Exception {
    TestMonitor.await(() -> runs.all().stream().allMatch(Run::isSaved));
    passedNanos.addAndGet(TimeUnit.SECONDS.toNanos(61));
    write(engine, "");
  }

  private byte[] watch(String run) {
    State.InMemory state = State.saving(1024);
    runs.memory().present(run).watch.exchange(state);
    byte[] bytes = state.toByteArray();
    return Arrays.copyOf(bytes, bytes.length - CLOCK_BYTES);
  }

  private static String ended(String run) {
    return "run_config,run=" + run + " total_steps=20i 1\n" + Telemetry.steps(run, 1, 20);
  }

  private static void assertTaken(Engine engine, String lines) throws Exception {
    Outcome outcome = write(engine, lines);
    assertNull(outcome.noRoom());
    assertEquals(0, outcome.dropped(), outcome.message());
  }

  private static Outcome write(Engine engine, String lines) throws Exception {
    byte[] text = lines.getBytes(StandardCharsets.UTF_8);
    return engine.write(text, Precision.of("ns")).get(10, TimeUnit.SECONDS);
  }

  private Engine start() throws Exception {
    return start(YAML);
  }

  private Engine start(String yaml) throws Exception {
    MonitorConfig config = ConfigFile.parse("test", yaml).keepingDataIn(data);
    Meters meters = new Meters();
    LiveHub live = new LiveHub();
    journal =
        Journal.open(
            data.resolve("journal"),
            config.journalSegmentBytes(),
            new Room(config.limits().disk().journalBytes(), 0),
            nanos -> {});
    runs = new Runs(config, () -> System.nanoTime() + passedNanos.get(), HEAP);
    stores = Stores.open(config, Clock.systemUTC());
    AlertRouter alerts = new AlertRouter(List.of(), List.of());
    Parts parts = new Parts(config, journal, runs, stores, alerts, live, meters, Clock.systemUTC());
    return Engine.start(parts, new Pipeline(parts));
  }
}
