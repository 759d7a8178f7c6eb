// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.ingest.mlflow;

import io.foreshock.monitor.ingest.LineText;
import io.foreshock.monitor.ingest.Refusal;
import io.foreshock.monitor.pipeline.Engine;
import io.foreshock.monitor.pipeline.Outcome;
import io.foreshock.monitor.pipeline.Precision;
import io.foreshock.monitor.pipeline.SaturatedException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what clients log of runs into the pipeline, one line for each step where possible.
 *
 * <p><b>Definition.</b> A request with several metrics of one step is a complete step and is
 * written at once. A single metric is held, because the metrics of a step often come one by one: it
 * is first written to the endpoint's own journal, then answered, and its line is written when the
 * next step begins, when a batch of the run comes, when the run ends, or after {@value
 * #HOLD_MILLIS} ms. A kill loses none of them: what was held is sent after the next start.
 *
 * <p><b>Threads.</b> Any.
 */
final class RunLog {
  static final int HOLD_MILLIS = 500;

  private static final Logger LOG = LoggerFactory.getLogger(RunLog.class);

  private final Engine engine;
  private final Tracking tracking;
  private final Clock clock;
  private final LongSupplier nanoTime;
  private final Lines lines = new Lines();
  private final AtomicBoolean lossLogged = new AtomicBoolean();

  RunLog(Engine engine, Tracking tracking, Clock clock, LongSupplier nanoTime) {
    this.engine = engine;
    this.tracking = tracking;
    this.clock = clock;
    this.nanoTime = nanoTime;
  }

  /** Logs what a request holds; done once all of it is on disk. */
  CompletableFuture<Void> log(TrackedRun run, Batch batch) {
    if (batch.metrics().size() == 1 && batch.params().isEmpty() && batch.tags().isEmpty()) {
      return hold(run, batch.metrics());
    }
    List<HeldStep> steps = batch.steps(run.id(), nanoTime.getAsLong());
    List<MetricPoint> newest = List.of();
    if (batch.mayContinue()) {
      long last = batch.metrics().stream().mapToLong(MetricPoint::step).max().orElse(0);
      newest = batch.metrics().stream().filter(metric -> metric.step() == last).toList();
      steps.removeIf(step -> step.step() == last);
    }
    List<HeldStep> taken = steps.isEmpty() ? new ArrayList<>() : merged(run, steps);
    LineText text = new LineText();
    Lines.params(text, run.run(), batch.params(), clock.millis());
    CompletableFuture<?> tagged = CompletableFuture.completedFuture(null);
    if (!batch.tags().isEmpty()) {
      Map<String, String> tags = new LinkedHashMap<>(run.tags());
      tags.putAll(batch.tags());
      tagged = tracking.change(run.id(), known -> known.withTags(tags));
      Lines.tags(text, run.run(), tags, clock.millis());
    }
    steps.forEach(step -> lines.metrics(text, run.run(), step));
    return CompletableFuture.allOf(tagged, write(text, taken), hold(run, newest));
  }

  /** Writes an event of a run, after what is held of it. */
  CompletableFuture<Void> event(TrackedRun run, LineText event) {
    LineText text = new LineText();
    List<HeldStep> taken = new ArrayList<>();
    tracking
        .takeHeld(run.id())
        .ifPresent(
            step -> {
              taken.add(step);
              lines.metrics(text, run.run(), step);
            });
    return write(text.lines(event.toString()), taken);
  }

  /** Sends the steps that are complete or were held long enough. */
  void sendDue() {
    long now = nanoTime.getAsLong();
    tracking.release(step -> now - step.sinceNanos() >= TimeUnit.MILLISECONDS.toNanos(HOLD_MILLIS));
    send();
  }

  /** Sends everything that is held; done when that was accepted or failed. */
  CompletableFuture<Void> sendAll() {
    tracking.release(step -> true);
    return send().handle((done, failure) -> null);
  }

  private CompletableFuture<Void> hold(TrackedRun run, List<MetricPoint> metrics) {
    CompletableFuture<?>[] held =
        metrics.stream()
            .map(metric -> tracking.hold(run.id(), metric))
            .toArray(CompletableFuture[]::new);
    return held.length == 0
        ? CompletableFuture.completedFuture(null)
        : CompletableFuture.allOf(held).thenRun(this::send);
  }

  /** Adds what is held of the run to the step that it belongs to, or before it. */
  private List<HeldStep> merged(TrackedRun run, List<HeldStep> steps) {
    List<HeldStep> taken = new ArrayList<>();
    tracking
        .takeHeld(run.id())
        .ifPresent(
            held -> {
              taken.add(held);
              for (HeldStep step : steps) {
                if (step.fits(held)) {
                  step.values().putAll(held.values());
                  return;
                }
              }
              steps.add(0, held);
            });
    return taken;
  }

  private CompletableFuture<Void> send() {
    List<HeldStep> due = tracking.takeDue();
    LineText text = new LineText();
    for (HeldStep step : due) {
      lines.metrics(text, tracking.nameOf(step), step);
    }
    return write(text, due);
  }

  /**
   * Writes lines.
   *
   * @param taken held steps that are among them
   */
  private CompletableFuture<Void> write(LineText text, List<HeldStep> taken) {
    if (text.isEmpty()) {
      taken.forEach(tracking::sent);
      return CompletableFuture.completedFuture(null);
    }
    CompletableFuture<Outcome> outcome;
    try {
      outcome = engine.write(text.bytes(), Precision.NANOSECONDS);
    } catch (SaturatedException e) {
      taken.forEach(tracking::again);
      return CompletableFuture.failedFuture(e);
    }
    return outcome
        .whenComplete(
            (done, failure) -> taken.forEach(failure == null ? tracking::sent : tracking::again))
        .thenAccept(done -> check(done, taken));
  }

  /** Of held steps nobody waits for the answer any more, so a loss is logged. */
  private void check(Outcome outcome, List<HeldStep> taken) {
    if (outcome.dropped() > 0 && !taken.isEmpty() && lossLogged.compareAndSet(false, true)) {
      LOG.warn(
          "MLflow: a line of metrics that came one by one was refused after the answer: {}; this is"
              + " logged once, foreshock_ingest_no_room_total counts",
          outcome.message());
    }
    Refusal.unlessTaken(outcome);
  }
}
