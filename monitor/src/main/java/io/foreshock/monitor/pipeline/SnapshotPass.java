// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import io.foreshock.monitor.metrics.Meters;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Saves every run that changed, one after another: the next one is turned into bytes when the one
 * before is on disk, so that memory holds one snapshot and the pipeline waits for none.
 *
 * <p>A run that cannot be saved stops no other. It only keeps the journal from where its last
 * snapshot ends; the pass counts as failed, and the next one tries again.
 *
 * <p><b>Threads.</b> The pipeline's, for {@link #begin}; any for the rest.
 */
final class SnapshotPass {
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotPass.class);

  private final Runs runs;
  private final Snapshots snapshots;
  private final Meters meters;
  private final Executor pipeline;
  private final Executor saver;
  private final LongSupplier nanoTime;

  /** Runs whose failure was told, until they succeed. */
  private final Set<String> failing = new HashSet<>();

  private final Queue<String> changed = new ArrayDeque<>();
  private CompletableFuture<Void> done = CompletableFuture.completedFuture(null);
  private long coverable;
  private volatile boolean writing;
  private volatile long wholeAt;
  private volatile String trouble;

  SnapshotPass(
      Runs runs,
      Snapshots snapshots,
      Meters meters,
      Executor pipeline,
      Executor saver,
      LongSupplier nanoTime) {
    this.runs = runs;
    this.snapshots = snapshots;
    this.meters = meters;
    this.pipeline = pipeline;
    this.saver = saver;
    this.nanoTime = nanoTime;
    this.wholeAt = nanoTime.getAsLong();
    meters.gauge("foreshock.snapshots.waiting", "on their way to disk", () -> writing ? 1 : 0);
    meters.gauge(
        "foreshock.snapshot.age.seconds",
        "since all that had changed was saved",
        () -> TimeUnit.NANOSECONDS.toSeconds(nanoTime.getAsLong() - wholeAt));
  }

  /** Whether one is under way. */
  boolean isUnderWay() {
    return !done.isDone();
  }

  /** The one under way, or the last. */
  CompletableFuture<Void> current() {
    return done;
  }

  /** What a person should know: which run cannot be saved, and since when. */
  Optional<String> trouble() {
    return Optional.ofNullable(trouble);
  }

  /**
   * Begins a pass; none may be under way.
   *
   * @param through newest entry accepted: all up to it are covered when the pass is through
   * @param durable gives what is done once all that was accepted is in the journal, or refused by
   *     it
   * @param release told, on the saver's thread, up to which entry the snapshots stand for the
   *     journal
   */
  CompletableFuture<Void> begin(
      long through, Durable durable, Set<String> forgotten, Release release) {
    done = new CompletableFuture<>();
    coverable = through;
    runs.all().stream().filter(run -> !run.isSaved()).forEach(run -> changed.add(run.name));
    goOn(new Pass(durable, forgotten, release, new HashSet<>()));
    return done;
  }

  /** Lets go of the journal up to an entry. */
  interface Release {
    void through(long sequence) throws IOException;
  }

  /** When everything accepted is in the journal. */
  interface Durable {
    CompletableFuture<Void> newest();
  }

  private record Pass(
      Durable durable, Set<String> forgotten, Release release, Set<String> failed) {}

  /** Whatever is thrown ends this pass, or there would never be another. */
  private void goOn(Pass pass) {
    try {
      next(pass);
    } catch (RuntimeException | Error e) {
      abandon(pass, e);
    }
  }

  private void next(Pass pass) {
    String name = changed.poll();
    Run run = name == null ? null : runs.memory().present(name);
    if (name == null) {
      saver.execute(() -> finish(pass));
    } else if (run == null) {
      pipeline.execute(() -> goOn(pass));
    } else {
      save(run, pass);
    }
  }

  private void save(Run run, Pass pass) {
    long sequence = run.appliedSequence;
    byte[] bytes;
    try {
      bytes = SnapshotCodec.save(run);
    } catch (RuntimeException | Error e) { // out of memory is one run's trouble, not all runs'
      failed(run, pass, e);
      pipeline.execute(() -> goOn(pass));
      return;
    }
    writing = true;
    // a snapshot is not ahead of the journal; what could not be written is settled all the same,
    // for on a full disk nearly every newest entry is one of those
    pass.durable
        .newest()
        .handle((written, failure) -> null)
        .thenRunAsync(() -> write(run.name, bytes), saver)
        .handle(
            (written, failure) -> {
              writing = false;
              pipeline.execute(() -> saved(run, sequence, pass, failure));
              return null;
            })
        .exceptionally(
            failure -> {
              abandon(pass, failure);
              return null;
            });
  }

  private void saved(Run run, long sequence, Pass pass, Throwable failure) {
    if (failure == null) {
      run.coveredSequence = sequence;
      run.snapshotLost = false;
      succeeded(run);
    } else {
      failed(run, pass, failure.getCause());
    }
    goOn(pass);
  }

  private void write(String run, byte[] bytes) {
    try {
      snapshots.write(run, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void succeeded(Run run) {
    if (failing.remove(run.name)) {
      LOG.warn("run {}: its snapshot is saved again", run.name);
    }
  }

  private void failed(Run run, Pass pass, Throwable cause) {
    meters.snapshotFailed();
    pass.failed.add(run.name);
    coverable = Math.min(coverable, run.coveredSequence);
    if (failing.add(run.name)) {
      LOG.error(
          "run {}: its snapshot cannot be saved; the journal is kept from entry {} on",
          run.name,
          run.coveredSequence + 1,
          cause);
    }
    trouble =
        pass.failed.size()
            + " runs cannot be saved, so the journal grows: run "
            + run.name
            + ": "
            + cause;
  }

  private void finish(Pass pass) {
    try {
      for (String run : pass.forgotten) {
        snapshots.forget(run);
      }
      snapshots.sync();
      snapshots.covered(coverable);
      pass.release.through(coverable);
      if (pass.failed.isEmpty()) {
        wholeAt = nanoTime.getAsLong();
        trouble = null;
      }
      end(pass, null);
    } catch (IOException | RuntimeException | Error e) {
      if (trouble == null) {
        LOG.error("snapshots are saved, but the journal cannot be released", e);
      }
      meters.snapshotFailed();
      trouble = "the journal cannot be released: " + e;
      end(pass, e);
    }
  }

  private void abandon(Pass pass, Throwable cause) {
    LOG.error("snapshots: given up until the next time", cause);
    meters.snapshotFailed();
    trouble = "runs cannot be saved, so the journal grows: " + cause;
    changed.clear();
    end(pass, cause);
  }

  private void end(Pass pass, Throwable failure) {
    if (failure == null && pass.failed.isEmpty()) {
      done.complete(null);
    } else {
      done.completeExceptionally(new IllegalStateException("not saved: " + pass.failed, failure));
    }
  }
}
