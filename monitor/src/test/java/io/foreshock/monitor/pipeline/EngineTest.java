// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.monitor.DataFiles;
import io.foreshock.monitor.Telemetry;
import io.foreshock.monitor.TestMonitor;
import io.foreshock.monitor.alert.AlertRouter;
import io.foreshock.monitor.alert.Delivery;
import io.foreshock.monitor.alert.Notice;
import io.foreshock.monitor.alert.Notifier;
import io.foreshock.monitor.alert.NotifierQueue;
import io.foreshock.monitor.config.ConfigFile;
import io.foreshock.monitor.config.MonitorConfig;
import io.foreshock.monitor.config.NotifierSettings;
import io.foreshock.monitor.control.Command;
import io.foreshock.monitor.control.CommandStatus;
import io.foreshock.monitor.control.Origin;
import io.foreshock.monitor.journal.Journal;
import io.foreshock.monitor.journal.Room;
import io.foreshock.monitor.live.LiveHub;
import io.foreshock.monitor.metrics.Meters;
import io.foreshock.monitor.store.Stores;
import io.foreshock.monitor.wire.Json;
import io.foreshock.predictors.control.CommandName;
import io.foreshock.predictors.control.Instruction;
import io.foreshock.predictors.online.Alarm;
import io.foreshock.predictors.online.AlarmKind;
import io.foreshock.predictors.online.Severity;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class EngineTest {
  private static final Precision NS = Precision.of("ns");
  private static final NotifierSettings WEBHOOK =
      new NotifierSettings(
          NotifierSettings.Type.WEBHOOK, "n", "http://n", "", Severity.WARNING, true, 10, 30, 1);

  /** A notifier that cannot deliver, for now. */
  private record Away() implements Notifier {
    @Override
    public Delivery deliver(Notice notice) {
      return new Delivery.TryAgain("away", 60_000);
    }
  }

  @TempDir Path data;
  private final LiveHub live = new LiveHub();
  private final Meters meters = new Meters();
  private final AtomicLong passedNanos = new AtomicLong();
  private long heapBytes = 1L << 30;
  private Runs runs;

  @Test
  void anErrorInThePipelineFailsItsWriteAndTheNextGoesOn() throws Exception {
    Error error = new AssertionError("injected");
    try (Engine engine = start()) {
      LiveHub.Subscription faulty =
          live.subscribe(
              "r",
              event -> {
                throw error;
              });
      assertSame(error, failure(write(engine, 1)));
      TestMonitor.await(this::admitsNothing);
      assertTrue(admitsNothing(), "what was admitted is released");
      faulty.close();
      assertEquals(1, write(engine, 2).get(10, TimeUnit.SECONDS).taken());
    }
  }

  @Test
  void anErrorInAControlRequestFailsIt() throws Exception {
    Error error = new StackOverflowError("injected");
    try (Engine engine = start()) {
      write(engine, 1).get(10, TimeUnit.SECONDS);
      assertSame(
          error,
          failure(
              engine.control(
                  "r",
                  (commands, run) -> {
                    throw error;
                  })));
    }
  }

  @Test
  void aRunThatItPausedIsNotTakenForStalled() throws Exception {
    try (Engine engine = start()) {
      long now = System.nanoTime();
      for (String run : List.of("paused", "stopped")) {
        engine.write(text(Telemetry.steps(run, 1, 20)), NS).get(10, TimeUnit.SECONDS);
      }
      carryOut(engine, "paused", CommandName.PAUSE, 20L);
      carryOut(engine, "stopped", CommandName.STOP, 20L);
      engine.tick(now + TimeUnit.MINUTES.toNanos(60));
      assertEquals(List.of(), view(engine, "paused").alarms().open());
      assertEquals(List.of(), view(engine, "stopped").alarms().open());
      carryOut(engine, "paused", CommandName.RESUME, 20L);
      engine.tick(now + TimeUnit.MINUTES.toNanos(60) + TimeUnit.SECONDS.toNanos(30));
      assertEquals(RunState.RUNNING, view(engine, "paused").state(), "its patience starts anew");
      engine.tick(now + TimeUnit.MINUTES.toNanos(63));
      assertEquals(RunState.STALLED, view(engine, "paused").state());
    }
  }

  @Test
  void aRunThatSaidThatItEndedIsNotTakenForStalledAlsoAfterARestart() throws Exception {
    try (Engine engine = start()) {
      engine.write(text(Telemetry.steps("r", 1, 20)), NS).get(10, TimeUnit.SECONDS);
      String end = "event,run=r kind=\"end\",status=\"failed\" 1780000000000000000";
      engine.write(text(end), NS).get(10, TimeUnit.SECONDS);
      engine.tick(System.nanoTime() + TimeUnit.MINUTES.toNanos(60));
      assertEquals(RunState.FAILED, view(engine, "r").state());
      assertEquals(List.of(), view(engine, "r").alarms().open());
    }
    try (Engine engine = start()) {
      engine.tick(System.nanoTime() + TimeUnit.MINUTES.toNanos(60));
      assertEquals(RunState.FAILED, view(engine, "r").state());
      String start = "event,run=r kind=\"start\" 1780000001000000000";
      engine.write(text(start), NS).get(10, TimeUnit.SECONDS);
      assertEquals(RunState.RUNNING, view(engine, "r").state());
    }
  }

  @Test
  void aRunThatAnnouncedItselfAndTakesNoStepIsStalled() throws Exception {
    try (Engine engine = start()) {
      engine.write(text("run_config,run=r layers=2i"), NS).get(10, TimeUnit.SECONDS);
      long now = System.nanoTime();
      engine.tick(now + TimeUnit.SECONDS.toNanos(1790));
      assertEquals(RunState.RUNNING, view(engine, "r").state());
      engine.tick(now + TimeUnit.SECONDS.toNanos(1801));
      assertEquals(RunState.STALLED, view(engine, "r").state());
    }
  }

  @Test
  void aCommandThatNobodyFetchesRaisesAnAlarmThatOutlivesTheMonitor() throws Exception {
    long now = System.nanoTime();
    List<Alarm> open;
    Command command;
    try (Engine engine = start()) {
      engine.write(text(Telemetry.steps("r", 1, 20)), NS).get(10, TimeUnit.SECONDS);
      command = give(engine, "r", CommandName.CHECKPOINT);
      engine.tick(now);
      engine.tick(now + TimeUnit.SECONDS.toNanos(119));
      assertEquals(List.of(), unanswered(engine));
      engine.tick(now + TimeUnit.SECONDS.toNanos(125));
      engine.tick(now + TimeUnit.SECONDS.toNanos(126));
      open = unanswered(engine);
      assertEquals("r/0/command_unanswered/1", open.get(0).incident());
      assertEquals(Severity.WARNING, open.get(0).verdict().severity());
    }
    DataFiles.delete(data, "snapshots");
    try (Engine engine = start()) {
      assertEquals(open, unanswered(engine), "from the journal");
    }
    try (Engine engine = start()) {
      assertEquals(open, unanswered(engine), "from the snapshot");
      engine.write(text(Telemetry.steps("r", 21, 90)), NS).get(10, TimeUnit.SECONDS);
      engine.write(text(Telemetry.step("r", 11, 2, 1, 1_770_000_000_000_000_000L)), NS);
      engine.tick(now);
      assertEquals(open, unanswered(engine), "neither calm steps nor a new segment close it");
      acknowledge(engine, command, 20L);
      engine.tick(now);
      assertEquals(List.of(), unanswered(engine));
    }
    try (Engine engine = start()) {
      assertEquals(List.of(), unanswered(engine), "its end, too");
    }
  }

  @Test
  void aRunThatIsPausedOrFinishedIsExpectedToFetchCommandsOrNot() throws Exception {
    long now = System.nanoTime();
    try (Engine engine = start()) {
      engine.write(text(Telemetry.steps("r", 1, 20)), NS).get(10, TimeUnit.SECONDS);
      carryOut(engine, "r", CommandName.PAUSE, 20L);
      give(engine, "r", CommandName.RESUME);
      engine.tick(now);
      engine.tick(now + TimeUnit.SECONDS.toNanos(125));
      assertEquals(1, unanswered(engine).size(), "it does not resume");
      engine.write(text("run_config,run=r total_steps=20i 1"), NS).get(10, TimeUnit.SECONDS);
      assertEquals(RunState.FINISHED, view(engine, "r").state());
      engine.tick(now + TimeUnit.SECONDS.toNanos(126));
      assertEquals(List.of(), unanswered(engine), "it has finished");
    }
  }

  @Test
  void whatThePolicyOrdersIsIssuedAtTheClocksTime() throws Exception {
    Clock clock = Clock.fixed(Instant.parse("2031-05-06T07:08:09Z"), ZoneOffset.UTC);
    MonitorConfig config = ConfigFile.parse("test", "policy: {mode: act}").keepingDataIn(data);
    try (Engine engine = start(config, clock)) {
      engine.write(text(Telemetry.steps("r", 1, 150)), NS).get(10, TimeUnit.SECONDS);
      for (int step = 151; step <= 153; step++) {
        engine.write(text(Telemetry.step("r", step, 200, 1e4)), NS).get(10, TimeUnit.SECONDS);
      }
      Command command = view(engine, "r").commands().get(0);
      assertEquals(clock.millis(), command.id());
      assertEquals("2031-05-06T07:08:09Z", command.issued());
    }
  }

  @Test
  void noCommandIsWatchedWithoutAPatience() throws Exception {
    MonitorConfig config =
        ConfigFile.parse("test", "policy: {answer_seconds: 0}").keepingDataIn(data);
    long now = System.nanoTime();
    try (Engine engine = start(config, Clock.systemUTC())) {
      engine.write(text(Telemetry.steps("r", 1, 20)), NS).get(10, TimeUnit.SECONDS);
      give(engine, "r", CommandName.CHECKPOINT);
      engine.tick(now);
      engine.tick(now + TimeUnit.HOURS.toNanos(1));
      assertEquals(List.of(), unanswered(engine));
    }
  }

  @Test
  void aTrainingRunAheadOfTheClockGetsTheNextCommandAfterARestartToo() throws Exception {
    long ahead = System.currentTimeMillis() + TimeUnit.MINUTES.toMillis(30);
    try (Engine engine = start()) {
      engine.write(text(Telemetry.steps("r", 1, 20)), NS).get(10, TimeUnit.SECONDS);
      engine.polled("r", Long.MAX_VALUE);
      assertEquals(1, give(engine, "r", CommandName.CHECKPOINT).id(), "nonsense moves no id");
      engine.polled("r", ahead);
      view(engine, "r");
    }
    DataFiles.delete(data, "snapshots");
    try (Engine engine = start()) {
      view(engine, "r"); // from the journal, into a snapshot
    }
    try (Engine engine = start()) {
      long id = give(engine, "r", CommandName.PAUSE).id();
      assertTrue(id > ahead, id + " is not above " + ahead);
    }
  }

  private List<Alarm> unanswered(Engine engine) throws Exception {
    return view(engine, "r").alarms().open().stream()
        .filter(alarm -> alarm.verdict().kind() == AlarmKind.COMMAND_UNANSWERED)
        .toList();
  }

  @Test
  void aRunThatTrainsAgainIsNoLongerPaused() throws Exception {
    try (Engine engine = start()) {
      engine.write(text(Telemetry.steps("r", 1, 18)), NS).get(10, TimeUnit.SECONDS);
      carryOut(engine, "r", CommandName.PAUSE, 20L);
      engine.write(text(Telemetry.steps("r", 19, 20)), NS).get(10, TimeUnit.SECONDS);
      assertEquals(RunState.PAUSED, view(engine, "r").state(), "these were under way");
      engine.write(text(Telemetry.steps("r", 21, 23)), NS).get(10, TimeUnit.SECONDS);
      assertEquals(RunState.RUNNING, view(engine, "r").state());
      List<Command> commands = view(engine, "r").commands();
      assertEquals(2, commands.size(), "told once");
      assertEquals(CommandName.RESUME, commands.get(1).name());
      assertEquals(
          "The run trains again, at step 23, after pause 1.", commands.get(1).origin().reason());
    }
  }

  @Test
  void aRunStartedAgainFromACheckpointIsNoLongerStopped() throws Exception {
    try (Engine engine = start()) {
      engine.write(text(Telemetry.steps("r", 1, 20)), NS).get(10, TimeUnit.SECONDS);
      carryOut(engine, "r", CommandName.STOP, null);
      engine.write(text(Telemetry.step("r", 15, 2, 1)), NS).get(10, TimeUnit.SECONDS);
      assertEquals(RunState.STOPPED, view(engine, "r").state(), "a late line");
      long later = 1_770_000_000_000_000_000L;
      engine.write(text(Telemetry.step("r", 11, 2, 1, later)), NS).get(10, TimeUnit.SECONDS);
      assertEquals(RunState.RUNNING, view(engine, "r").state());
    }
    try (Engine engine = start()) {
      assertEquals(RunState.RUNNING, view(engine, "r").state(), "after a restart, too");
    }
  }

  @Test
  void aRunWhoseTickFailsCostsOthersNothing() throws Exception {
    try (Engine engine = start()) {
      for (String run : List.of("a", "b")) { // whichever comes first
        engine.write(text(Telemetry.steps(run, 1, 20)), NS).get(10, TimeUnit.SECONDS);
        live.subscribe(
            run,
            event -> {
              throw new IllegalStateException("injected");
            });
      }
      engine.tick(System.nanoTime() + TimeUnit.MINUTES.toNanos(5));
      assertEquals(RunState.STALLED, view(engine, "a").state());
      assertEquals(RunState.STALLED, view(engine, "b").state());
      assertTrue(meters.scrape().contains("\nforeshock_detect_failures_total 2.0\n"));
    }
  }

  @Test
  void aSilentRunOfWhichMoreIsExpectedIsNotForgotten() throws Exception {
    MonitorConfig config =
        ConfigFile.parse("test", "retention: {runs_days: 30}\nsnapshots: {every_seconds: 1}")
            .keepingDataIn(data);
    try (Engine engine = start(config, Clock.systemUTC())) {
      runs.get("untold").outbox.command("untold", 1, Json.object(), List.of(WEBHOOK));
      for (String run : List.of("ended", "paused", "commanded", "untold")) {
        engine.write(text(Telemetry.steps(run, 1, 20)), NS).get(10, TimeUnit.SECONDS);
      }
      carryOut(engine, "paused", CommandName.PAUSE, 20L);
      give(engine, "commanded", CommandName.CHECKPOINT);
    }
    try (Engine engine = start(config, Clock.systemUTC())) {
      passedNanos.addAndGet(TimeUnit.DAYS.toNanos(31));
      TestMonitor.await(() -> runs.view("ended").isEmpty());
      assertEquals(
          List.of("commanded", "paused", "untold"),
          runs.views().stream().map(RunView::run).sorted().toList());
    }
  }

  /** A run as it stands after everything asked for before. */
  private RunView view(Engine engine, String run) throws Exception {
    engine.write(new byte[0], NS).get(10, TimeUnit.SECONDS);
    return runs.view(run).orElseThrow();
  }

  private static Command carryOut(Engine engine, String run, CommandName name, Long step)
      throws Exception {
    return acknowledge(engine, give(engine, run, name), step);
  }

  private static Command acknowledge(Engine engine, Command command, Long step) throws Exception {
    return engine
        .control(
            command.run(),
            (ledger, view) ->
                new Entry.Acknowledged(command.run(), command.id(), CommandStatus.DONE, step, null))
        .get(10, TimeUnit.SECONDS);
  }

  private static Command give(Engine engine, String run, CommandName name) throws Exception {
    Origin origin = new Origin("because", null, null);
    CommandStatus status = CommandStatus.PENDING;
    return engine
        .control(
            run,
            (ledger, view) ->
                new Entry.Issued(
                    run,
                    ledger.draft(
                        Instruction.of(name, Map.of()),
                        status,
                        origin,
                        1,
                        view.newest().segment(),
                        view.newest().step())))
        .get(10, TimeUnit.SECONDS);
  }

  /** A named pipe without a reader is a disk that hangs. */
  @Test
  void snapshotsDoNotGatherWhileOneHangs() throws Exception {
    Path directory = Files.createDirectories(data.resolve("snapshots"));
    new Snapshots(
            directory, new Runs(ConfigFile.defaults()).watches(), List.of(), Clock.systemUTC())
        .write("r", new byte[0]);
    Path file = DataFiles.list(directory).get(0);
    Path pipe = file.resolveSibling(file.getFileName() + ".new");
    Files.delete(file);
    assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
    MonitorConfig config =
        ConfigFile.parse("test", "snapshots: {every_seconds: 1}").keepingDataIn(data);
    try (Engine engine = start(config, Clock.systemUTC())) {
      for (int step = 1; step <= 40; step++) {
        write(engine, step).get(10, TimeUnit.SECONDS);
        Thread.sleep(100);
      }
      String metrics = meters.scrape();
      try (RandomAccessFile reader = new RandomAccessFile(pipe.toFile(), "rw")) {
        TestMonitor.await(() -> !Files.exists(pipe) && Files.exists(file));
        assertTrue(Files.exists(file), "the next one is written");
      }
      assertTrue(metrics.contains("\nforeshock_snapshots_waiting 1.0\n"), metrics);
    }
  }

  @Test
  void aRunThatCannotBeSavedStopsNoOther_andItIsTold() throws Exception {
    Path directory = Files.createDirectories(data.resolve("snapshots"));
    Path obstacle = Files.createDirectories(snapshotFile("bad", ".run.new").resolve("obstacle"));
    MonitorConfig config =
        ConfigFile.parse("test", "snapshots: {every_seconds: 1}\njournal: {segment_bytes: 65536}")
            .keepingDataIn(data);
    try (Engine engine = start(config, Clock.systemUTC())) {
      assertEquals(Optional.empty(), engine.trouble());
      engine.write(text(Telemetry.steps("bad", 1, 20)), NS).get(10, TimeUnit.SECONDS);
      engine.write(text(Telemetry.steps("good", 1, 20)), NS).get(10, TimeUnit.SECONDS);
      TestMonitor.await(() -> engine.trouble().isPresent());
      String trouble = engine.trouble().orElseThrow();
      assertTrue(trouble.contains("run bad"), trouble);
      TestMonitor.await(() -> Files.exists(snapshotFile("good", ".run")));
      assertTrue(Files.exists(snapshotFile("good", ".run")));
      assertTrue(meters.scrape().matches("(?s).*\nforeshock_snapshot_failures_total [1-9].*"));
      long before = journalFiles();
      for (int from = 21; from <= 2021; from += 500) { // more than a file of the journal
        engine.write(text(Telemetry.steps("good", from, from + 499)), NS).get(10, TimeUnit.SECONDS);
      }
      Thread.sleep(1500);
      assertTrue(journalFiles() > before, "it keeps the journal");
      Files.delete(obstacle);
      Files.deleteIfExists(obstacle.getParent()); // a pass may have deleted it meanwhile
      TestMonitor.await(() -> engine.trouble().isEmpty());
      assertEquals(Optional.empty(), engine.trouble());
      assertTrue(Files.exists(snapshotFile("bad", ".run")));
      TestMonitor.await(() -> journalFiles() == 1);
      assertEquals(1, journalFiles(), "and lets it go");
    }
    assertTrue(Files.isDirectory(directory));
  }

  private long journalFiles() throws Exception {
    return DataFiles.list(data.resolve("journal")).stream()
        .filter(file -> file.toString().endsWith(".journal"))
        .count();
  }

  /** Where memory runs out, an error is thrown: of one run only. */
  @Test
  void aRunThatIsTooLargeToBeSavedStopsNoOther() throws Exception {
    MonitorConfig config =
        ConfigFile.parse("test", "snapshots: {every_seconds: 1}").keepingDataIn(data);
    Engine engine = start(config, Clock.systemUTC());
    ObjectNode poison = Json.object().putPOJO("poison", new OutOfMemory());
    for (String run : List.of("a", "bad", "z")) {
      engine.write(text(Telemetry.steps(run, 1, 20)), NS).get(10, TimeUnit.SECONDS);
    }
    Origin origin = new Origin("because", null, poison);
    runs.get("bad")
        .commands
        .restore(
            runs.get("bad")
                .commands
                .draft(
                    new Instruction.Plain(CommandName.STOP), CommandStatus.DONE, origin, 1, 0, 1));
    for (String run : List.of("a", "bad", "z")) {
      engine.write(text(Telemetry.steps(run, 21, 40)), NS).get(10, TimeUnit.SECONDS);
    }
    TestMonitor.await(() -> engine.trouble().isPresent());
    assertTrue(engine.trouble().orElseThrow().contains("OutOfMemoryError"));
    TestMonitor.await(() -> runs.get("a").isSaved() && runs.get("z").isSaved());
    assertTrue(runs.get("a").isSaved() && runs.get("z").isSaved());
    assertFalse(runs.get("bad").isSaved());
    engine.close();
    try (Engine again = start(config, Clock.systemUTC())) {
      assertEquals(40, view(again, "bad").newest().step(), "the journal has it");
    }
  }

  /** Has no JSON form. */
  public static final class OutOfMemory {
    /** Asked for by whoever writes it. */
    public int getValue() {
      throw new OutOfMemoryError("injected");
    }
  }

  @Test
  void aRunWhoseSnapshotIsGoneIsReadFromTheJournalAgain() throws Exception {
    MonitorConfig config =
        ConfigFile.parse("test", "snapshots: {every_seconds: 1}").keepingDataIn(data);
    try (Engine engine = start(config, Clock.systemUTC())) {
      for (String run : List.of("gone", "there")) {
        engine.write(text(Telemetry.steps(run, 1, 20)), NS).get(10, TimeUnit.SECONDS);
      }
    }
    assertTrue(Files.exists(data.resolve("snapshots/covered")));
    Files.delete(snapshotFile("gone", ".run"));
    DataFiles.delete(data, "foreshock.duckdb");
    try (Engine engine = start(config, Clock.systemUTC())) {
      assertEquals(20, view(engine, "gone").newest().step());
      assertEquals(20, view(engine, "there").newest().step());
    }
  }

  private Path snapshotFile(String run, String suffix) throws Exception {
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(text(run));
    return data.resolve("snapshots").resolve(HexFormat.of().formatHex(hash, 0, 16) + suffix);
  }

  private Engine start() throws Exception {
    return start(ConfigFile.defaults().keepingDataIn(data), Clock.systemUTC());
  }

  private Engine start(MonitorConfig config, Clock clock) throws Exception {
    Journal journal =
        Journal.open(
            data.resolve("journal"),
            config.journalSegmentBytes(),
            new Room(config.limits().disk().journalBytes(), config.limits().disk().freeBytes()),
            nanos -> {});
    runs = new Runs(config, () -> System.nanoTime() + passedNanos.get(), heapBytes);
    Stores stores = Stores.open(config, Clock.systemUTC());
    NotifierQueue away = new NotifierQueue(new Away(), WEBHOOK, meters);
    AlertRouter alerts = new AlertRouter(List.of(), List.of(away));
    Parts parts = new Parts(config, journal, runs, stores, alerts, live, meters, clock);
    return Engine.start(parts, new Pipeline(parts));
  }

  private static CompletableFuture<Outcome> write(Engine engine, int step) {
    return engine.write(text(Telemetry.step("r", step, 2, 1)), NS);
  }

  private static byte[] text(String lines) {
    return lines.getBytes(StandardCharsets.UTF_8);
  }

  private boolean admitsNothing() {
    return meters.scrape().contains("\nforeshock_intake_bytes 0.0\n");
  }

  private static Throwable failure(CompletableFuture<?> future) {
    return assertThrows(ExecutionException.class, () -> future.get(10, TimeUnit.SECONDS))
        .getCause();
  }
}
