// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import io.foreshock.monitor.alert.Notice;
import io.foreshock.monitor.config.MonitorConfig;
import io.foreshock.monitor.config.NotifierSettings;
import io.foreshock.monitor.control.Command;
import io.foreshock.monitor.control.CommandLedger;
import io.foreshock.monitor.journal.Journal;
import io.foreshock.monitor.metrics.Meters;
import io.foreshock.predictors.scaling.Preflight;
import io.foreshock.predictors.telemetry.RunConfig;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the {@link Pipeline}: recovers at the start, passes work to its thread, ticks the clock,
 * saves snapshots, and closes everything in order.
 *
 * <p><b>Threads.</b> Any, for the public methods.
 */
public final class Engine implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Engine.class);
  private static final long TICK_MILLIS = 1000;

  private final Parts parts;
  private final Runs runs;
  private final Pipeline pipeline;
  private final Snapshots snapshots;
  private final Intake intake;
  private final int retentionDays;

  private final SnapshotPass saving;

  /** Time that no line without a time of its own has been given yet. */
  private final AtomicLong unusedNanos = new AtomicLong();

  /** Newest entry of the journal at the start. */
  private long recoveredThrough;

  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "clock"));
  private final ScheduledExecutorService saver =
      Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "snapshots"));

  /**
   * Newest entry up to which the journal can be released once the stores are secured, 0 when none
   * waits for that; the saver's thread only.
   */
  private long coveredInVain;

  private Engine(Parts parts, Pipeline pipeline) throws IOException {
    this.parts = parts;
    this.runs = parts.runs();
    this.pipeline = pipeline;
    MonitorConfig config = parts.config();
    this.retentionDays = config.retentionRunsDays();
    this.snapshots =
        new Snapshots(
            config.data().resolve("snapshots"),
            parts.runs().watches(),
            config.notifiers().stream().map(NotifierSettings::name).toList(),
            parts.clock());
    this.intake = new Intake(config.limits().requests().inFlightBytes());
    this.saving =
        new SnapshotPass(runs, snapshots, parts.meters(), intake::execute, saver, System::nanoTime);
    Meters meters = parts.meters();
    meters.gauge("foreshock.intake.waiting", "tasks before the pipeline", intake::waiting);
    meters.gauge("foreshock.intake.bytes", "telemetry before the journal", intake::admittedBytes);
  }

  /** Starts an engine: recovers everything acknowledged, then accepts work. */
  public static Engine start(Parts parts, Pipeline pipeline) throws IOException {
    Engine engine = new Engine(parts, pipeline);
    engine.recover();
    engine.clock.scheduleWithFixedDelay(
        () -> engine.tick(System.nanoTime()), TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    engine.clock.scheduleWithFixedDelay(
        () -> engine.intake.execute(engine::snapshotUnlessRunning),
        1, // soon, because a monitor that crashes again and again must not replay more each time
        parts.config().snapshotSeconds(),
        TimeUnit.SECONDS);
    engine.saver.scheduleWithFixedDelay(engine::releaseAgain, 1, 1, TimeUnit.SECONDS);
    return engine;
  }

  /**
   * Accepts a write.
   *
   * @return its outcome once durable; fails with {@link IOException} when it cannot be made durable
   * @throws SaturatedException when too much telemetry is in flight
   */
  public CompletableFuture<Outcome> write(byte[] text, Precision precision) {
    admit(text.length);
    Entry.Lines lines = new Entry.Lines(text, precision, arrivalNanos(text.length));
    CompletableFuture<Outcome> outcome = onPipeline(() -> pipeline.accept(lines));
    outcome.whenComplete(
        (done, failure) -> {
          intake.release(text.length);
          if (failure != null) {
            parts.meters().unavailable();
          }
        });
    return outcome;
  }

  /**
   * Counts bytes as in flight until they are released.
   *
   * @throws SaturatedException when too much telemetry is in flight
   */
  public void admit(long bytes) {
    try {
      intake.admit(bytes);
    } catch (SaturatedException e) {
      parts.meters().saturated();
      throw e;
    }
  }

  /** Releases admitted bytes. */
  public void release(long bytes) {
    intake.release(bytes);
  }

  /**
   * Carries out a control request about a run.
   *
   * @param request checks the run's commands and makes the entry, or throws the caller's error
   * @return the command that the entry is about, once the entry is durable
   */
  public CompletableFuture<Command> control(
      String run, BiFunction<CommandLedger, RunView, Entry.OfCommand> request) {
    return onPipeline(
        () -> {
          Run target = runs.known(run);
          Entry.OfCommand entry = request.apply(target.commands, target.view());
          CompletableFuture<Outcome> durable = pipeline.accept(entry);
          Command command = target.commands.get(entry.id());
          return durable.thenApply(done -> command);
        });
  }

  /**
   * Notes that a training run asked for commands above an id. No later command may get a lower id,
   * even if another monitor gave that one.
   */
  public void polled(String run, long after) {
    long nowMillis = parts.clock().millis();
    if (after >= nowMillis) {
      intake.execute(
          () ->
              Optional.ofNullable(runs.memory().find(run)).stream()
                  .flatMapToLong(known -> known.commands.idToAdopt(after, nowMillis).stream())
                  .forEach(id -> pipeline.accept(new Entry.Polled(run, id))));
    }
  }

  /**
   * Journals what a person says of a run.
   *
   * @param request makes the entry from the run, or throws the caller's error
   * @return the run, once the entry is durable
   */
  public CompletableFuture<RunView> remark(String run, Function<RunView, Entry.Remark> request) {
    return onPipeline(
        () -> {
          Run target = runs.known(run);
          CompletableFuture<Outcome> durable = pipeline.accept(request.apply(target.view()));
          RunView after = target.view();
          return durable.thenApply(done -> after);
        });
  }

  /** Describes a run; the result is the run after that, once it is durable. */
  public CompletableFuture<RunView> describe(
      String run, UnaryOperator<Remarks.Description> change) {
    long now = System.nanoTime();
    return remark(
        run,
        view ->
            new Entry.Described(
                run, change.apply(view.remarks().description()), runs.known(run).senderTime(now)));
  }

  /**
   * Deletes a run: at once from memory, and from every store when the store comes to this entry.
   * The run may be one that only a store knows.
   *
   * @return done once that is durable
   */
  public CompletableFuture<Void> delete(String run) {
    return onPipeline(() -> depart(new Entry.Deleted(run)));
  }

  /** Removes a run; takes it back when the journal refuses that. */
  private CompletableFuture<Void> depart(Entry.Departed entry) {
    KnownRun before = runs.memory().view(entry.run());
    CompletableFuture<Outcome> durable = pipeline.accept(entry);
    Departure departure = new Departure(entry, pipeline.newestSequence());
    saving.depart(departure);
    return durable.<Void>handleAsync(
        (done, failure) -> {
          if (failure == null) {
            return null;
          }
          saving.takeBack(departure);
          if (before != null && runs.view(entry.run()).isEmpty()) {
            runs.restore(before);
          }
          throw new CompletionException(failure);
        },
        intake::execute);
  }

  /**
   * Judges a configuration by the known runs.
   *
   * @return fails with {@link IllegalArgumentException} when size or learning rate is missing
   */
  public CompletableFuture<Preflight> preflight(RunConfig config) {
    return onPipeline(() -> CompletableFuture.completedFuture(runs.preflight(config, null)));
  }

  /**
   * Notes that the user's rules changed: the next lines are judged by the new ones.
   *
   * @return done once all runs in memory use them; those that are parked do when they are loaded,
   *     which is now where an incident of a rule that is gone has to be closed
   */
  public CompletableFuture<Void> rulesChanged() {
    return onPipeline(
        () -> {
          long now = System.nanoTime();
          runs.loadThoseOfGoneRules();
          for (Run run : runs.all()) {
            pipeline.rulesChanged(run, run.senderTime(now));
          }
          return CompletableFuture.completedFuture(null);
        });
  }

  /** Journals that a notifier delivered a message or gave it up. */
  private void settled(Notice notice) {
    intake.execute(() -> pipeline.accept(new Entry.Notified(notice.run(), notice.key())));
  }

  /** Saves snapshots, flushes and closes all parts. */
  @Override
  public void close() throws IOException {
    clock.shutdownNow();
    parts.alerts().close();
    CompletableFuture<Void> saved =
        onPipeline(saving::current)
            .handle((done, failure) -> null)
            .thenCompose(done -> onPipeline(this::snapshot));
    try {
      saved.join();
    } catch (RuntimeException e) {
      LOG.error("the last snapshots are not saved; the next start replays the journal", e);
    }
    saver.shutdown();
    intake.close();
    parts.journal().close();
    parts.stores().close();
  }

  private void recover() throws IOException {
    new Recovery(parts, snapshots, pipeline, saving).run();
    Journal journal = parts.journal();
    recoveredThrough = journal.durableSequence();
    List<Run> all = runs.all();
    parts.stores().start(new JournalBacklog(journal, runs), recoveredThrough);
    parts.alerts().open(all.stream().map(run -> run.outbox).toList(), this::settled);
    intake.execute(() -> all.forEach(pipeline::decide));
  }

  /** The present trouble with runs and their snapshots, for people. */
  public Optional<String> trouble() {
    return saving.trouble().or(runs::trouble).or(() -> runs.rules().trouble());
  }

  /**
   * Forgets runs that were silent for long, are fully stored and have nothing open. Only the time
   * in which the monitor was running counts. So setting the machine's clock makes no run look old.
   */
  private void retire() {
    long before = runs.uptimeNanos() - TimeUnit.DAYS.toNanos(retentionDays);
    for (KnownRun run : runs.memory().all()) {
      if (run.heardNanos() < before
          && !run.awaited()
          && run.appliedSequence() <= parts.stores().appliedSequence()) {
        String name = run.view().run();
        depart(new Entry.Retired(name));
        LOG.info("run {} was silent for {} days and is forgotten", name, retentionDays);
      }
    }
  }

  /**
   * Ticks the clock of every run that should be training.
   *
   * @param now {@link System#nanoTime}
   */
  void tick(long now) {
    intake.execute(() -> runs.all().forEach(run -> tick(run, now)));
  }

  private void tick(Run run, long now) {
    try {
      pipeline.awaitAnswers(run, now); // a halted run waits for commands too
    } catch (RuntimeException e) {
      detectionFailed(run, e);
    }
    if (run.halted()) {
      run.received(
          now); // its clock stands still, otherwise it would seem stalled once it is resumed
      return;
    }
    try {
      pipeline.tick(run, run.senderTime(now));
    } catch (RuntimeException e) {
      detectionFailed(run, e);
    }
  }

  private void detectionFailed(Run run, RuntimeException e) {
    parts.meters().detectorFailed();
    runs.detectionFailed(run, e);
  }

  /** Skips a pass while one runs, so that a slow disk does not fill the memory with snapshots. */
  private void snapshotUnlessRunning() {
    if (!saving.isRunning()) {
      snapshot();
    }
  }

  /** Saves every run that changed, then releases the journal that nobody needs any more. */
  private CompletableFuture<Void> snapshot() {
    if (retentionDays > 0) {
      retire();
    }
    runs.memory().parkIdle();
    return saving.begin(
        Math.max(recoveredThrough, pipeline.newestSequence()),
        pipeline::newestDurable,
        this::releaseJournal);
  }

  /** Releases the journal up to an entry that the snapshots cover, as far as stores have it too. */
  private void releaseJournal(long covered) throws IOException {
    parts.journal().release(Math.min(covered, parts.stores().securedSequence()));
    boolean waits =
        parts.journal().couldRelease(Math.min(covered, parts.stores().appliedSequence()));
    coveredInVain = waits ? covered : 0;
    if (waits) {
      parts.stores().wantSecurity();
    }
  }

  /** Tries again to release the journal, because the stores may have been secured since. */
  private void releaseAgain() {
    try {
      if (coveredInVain > 0) {
        releaseJournal(coveredInVain);
      }
    } catch (IOException | RuntimeException e) {
      LOG.warn("the journal cannot be released now; the next snapshots try again", e);
      coveredInVain = 0;
    }
  }

  private <T> CompletableFuture<T> onPipeline(Supplier<CompletableFuture<T>> work) {
    CompletableFuture<T> result = new CompletableFuture<>();
    intake.execute(
        () -> {
          try {
            work.get()
                .whenComplete(
                    (value, failure) -> {
                      if (failure == null) {
                        result.complete(value);
                      } else {
                        result.completeExceptionally(failure);
                      }
                    });
          } catch (RuntimeException | Error e) { // otherwise the sender would wait for ever
            result.completeExceptionally(e);
          }
        });
    return result;
  }

  /**
   * The time of a write's first line that carries none. Each line of a write comes a nanosecond
   * after the line before it, and a write has fewer lines than bytes. So no two lines get the same
   * time, which would make the second one replace the first.
   */
  private long arrivalNanos(int bytes) {
    long now = parts.clock().millis() * 1_000_000;
    return Math.max(now, unusedNanos.getAndUpdate(unused -> Math.max(now, unused) + bytes));
  }
}
