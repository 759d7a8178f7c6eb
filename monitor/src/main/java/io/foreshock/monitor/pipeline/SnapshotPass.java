// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import io.foreshock.monitor.metrics.Meters;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Saves every run that changed, one after another. A run becomes bytes only when the one before is
 * on disk. So memory holds one snapshot, and the pipeline waits for none.
 *
 * <p>A run that cannot be saved does not stop the others. The journal keeps all entries after its
 * last snapshot, the pass counts as failed, and the next pass tries again.
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

  /** Runs whose failure was logged, until they succeed. */
  private final Set<String> failing = new HashSet<>();

  private final Queue<String> changed = new ArrayDeque<>();

  /** Runs whose snapshots have to be deleted, by name; until a pass has done so. */
  private final Map<String, Departure> departed = new ConcurrentHashMap<>();

  private CompletableFuture<Void> done = CompletableFuture.completedFuture(null);
  private long coverable;
  private volatile boolean writing;
  private volatile long wholeAt;
  private volatile @Nullable String trouble;

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
    meters.gauge(
        "foreshock.snapshots.waiting", "snapshots that are being written", () -> writing ? 1 : 0);
    meters.gauge(
        "foreshock.snapshot.age.seconds",
        "since all changed runs were saved",
        () -> TimeUnit.NANOSECONDS.toSeconds(nanoTime.getAsLong() - wholeAt));
  }

  /** Whether a pass is running. */
  boolean isRunning() {
    return !done.isDone();
  }

  /** The running pass, or the last one. */
  CompletableFuture<Void> current() {
    return done;
  }

  /** Notes that a run left the monitor. */
  void depart(Departure gone) {
    departed.put(gone.entry().run(), gone);
  }

  /** Notes that the journal refused this, so that the run's snapshot has to stay. */
  void takeBack(Departure gone) {
    departed.remove(gone.entry().run(), gone);
  }

  /** Whether the run of that name left the monitor and its snapshot may still be there. */
  boolean isDeparted(String run) {
    return departed.containsKey(run);
  }

  /** Reports, for people, which runs cannot be saved. */
  Optional<String> trouble() {
    return Optional.ofNullable(trouble);
  }

  /**
   * Begins a pass; none may be running.
   *
   * @param through newest accepted entry; the pass covers all entries up to it
   * @param durable completes once everything accepted is in the journal, or refused by it
   * @param release receives, on the saver's thread, the newest entry that the snapshots cover
   */
  CompletableFuture<Void> begin(long through, Durable durable, Release release) {
    done = new CompletableFuture<>();
    coverable = through;
    runs.all().stream().filter(run -> !run.isSaved()).forEach(run -> changed.add(run.name));
    proceed(new Pass(durable, List.copyOf(departed.values()), release, new HashSet<>()));
    return done;
  }

  /** Releases the journal up to an entry. */
  interface Release {
    void through(long sequence) throws IOException;
  }

  /** Completes when everything accepted is in the journal. */
  interface Durable {
    CompletableFuture<Void> newest();
  }

  private record Pass(
      Durable durable, List<Departure> departed, Release release, Set<String> failed) {}

  /** Saves the next run. Any exception ends the pass, otherwise there would never be another. */
  private void proceed(Pass pass) {
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
      // no snapshot is deleted because of an entry that may never reach the journal
      settled(pass).thenRunAsync(() -> finish(pass), saver).exceptionally(e -> abandon(pass, e));
    } else if (run == null) {
      pipeline.execute(() -> proceed(pass));
    } else {
      save(run, pass);
    }
  }

  private void save(Run run, Pass pass) {
    long sequence = run.appliedSequence;
    byte[] bytes;
    try {
      bytes = SnapshotCodec.save(run);
    } catch (RuntimeException
        | Error e) { // running out of memory on one run must not stop the others
      failed(run, pass, e);
      pipeline.execute(() -> proceed(pass));
      return;
    }
    writing = true;
    settled(pass) // because a snapshot must not be ahead of the journal
        .thenRunAsync(() -> write(run.name, bytes), saver)
        .handle(
            (written, failure) -> {
              writing = false;
              pipeline.execute(() -> saved(run, sequence, pass, failure));
              return null;
            })
        .exceptionally(failure -> abandon(pass, failure));
  }

  /**
   * Completes when the newest entry is in the journal. One that could not be written counts as
   * settled, because on a full disk nearly every new entry is one.
   */
  private static CompletableFuture<@Nullable Void> settled(Pass pass) {
    return pass.durable.newest().handle((written, failure) -> null);
  }

  private void saved(Run run, long sequence, Pass pass, @Nullable Throwable failure) {
    if (failure == null) {
      run.coveredSequence = sequence;
      run.snapshotLost = false;
      succeeded(run);
    } else {
      failed(run, pass, failure.getCause() == null ? failure : failure.getCause());
    }
    proceed(pass);
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
        "%s runs cannot be saved, so the journal grows: run %s: %s"
            .formatted(pass.failed.size(), run.name, cause);
  }

  private void finish(Pass pass) {
    try {
      for (Departure gone : pass.departed) {
        snapshots.forget(gone);
      }
      snapshots.sync();
      snapshots.covered(coverable);
      pass.release.through(coverable);
      pass.departed.forEach(gone -> departed.remove(gone.entry().run(), gone));
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

  private @Nullable Void abandon(Pass pass, Throwable cause) {
    LOG.error("snapshots: this pass is given up; the next one tries again", cause);
    meters.snapshotFailed();
    trouble = "runs cannot be saved, so the journal grows: " + cause;
    changed.clear();
    end(pass, cause);
    return null;
  }

  private void end(Pass pass, @Nullable Throwable failure) {
    if (failure == null && pass.failed.isEmpty()) {
      done.complete(null);
    } else {
      done.completeExceptionally(new IllegalStateException("not saved: " + pass.failed, failure));
    }
  }
}
