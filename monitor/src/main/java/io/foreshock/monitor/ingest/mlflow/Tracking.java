// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.ingest.mlflow;

import io.foreshock.monitor.ingest.Refusal;
import io.foreshock.monitor.ingest.RunNames;
import io.foreshock.monitor.journal.Room;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Experiments, runs and held metrics: what the endpoint must know after a restart.
 *
 * <p>It keeps at most {@code maxRuns} runs and forgets the oldest that ended. <b>Threads.</b> Any.
 */
final class Tracking implements AutoCloseable {
  private static final int MAX_EXPERIMENTS = 10_000;

  /** Most characters of all tags of one run or experiment. */
  private static final int MAX_TAGS = 64 << 10;

  private final Map<String, Experiment> experiments = new LinkedHashMap<>();
  private final Map<String, TrackedRun> runs = new LinkedHashMap<>();

  /** Names of runs in Foreshock, those included that are being created. */
  private final Set<String> names = new HashSet<>();

  private final Map<String, HeldStep> held = new LinkedHashMap<>();

  /** Steps that are complete or were held long enough, and are not sent yet. */
  private final List<HeldStep> due = new ArrayList<>();

  /** Steps that are on their way to the monitor's journal. */
  private final Set<HeldStep> sending = Collections.newSetFromMap(new IdentityHashMap<>());

  /** Records of metrics that are being written and are in no step yet, oldest first. */
  private final Deque<Long> writing = new ArrayDeque<>();

  private final Predicate<String> isTaken;
  private final int maxRuns;
  private final LongSupplier nanoTime;
  private final TrackingFile file;
  private long newestExperiment;

  /**
   * Opens the records in a directory.
   *
   * @param isTaken whether Foreshock knows a run of a name already
   */
  Tracking(Path directory, Room room, int maxRuns, Predicate<String> isTaken, LongSupplier nanoTime)
      throws IOException {
    this.isTaken = isTaken;
    this.maxRuns = maxRuns;
    this.nanoTime = nanoTime;
    keep(Experiment.named(Experiment.DEFAULT_ID, "Default", 0));
    this.file = new TrackingFile(directory, room, new Recovered());
    due.addAll(held.values()); // held when the monitor was stopped or killed
    held.clear();
  }

  synchronized Experiment experiment(String id) {
    Experiment experiment = experiments.get(id);
    if (experiment == null) {
      throw missing("no experiment has the id '" + id + "'");
    }
    return experiment;
  }

  synchronized Optional<Experiment> experimentNamed(String name) {
    return experiments.values().stream().filter(e -> e.name().equals(name)).findFirst();
  }

  synchronized Collection<Experiment> experiments() {
    return List.copyOf(experiments.values());
  }

  /** Creates an experiment; its future is done once it is on disk. */
  synchronized CompletableFuture<Experiment> create(
      String name, Map<String, String> tags, long nowMillis) {
    if (experimentNamed(name).isPresent()) {
      throw Refusal.of(
          400, "RESOURCE_ALREADY_EXISTS", "an experiment named '" + name + "' exists already");
    }
    if (experiments.size() >= MAX_EXPERIMENTS) {
      throw Refusal.of(
          400,
          "INVALID_STATE",
          "there are " + MAX_EXPERIMENTS + " experiments, which is the limit");
    }
    String id = Long.toString(newestExperiment + 1);
    return change(Experiment.named(id, name, nowMillis).withTags(checked(tags)));
  }

  /** Changes an experiment; its future is done once that is on disk. */
  synchronized CompletableFuture<Experiment> change(Experiment experiment) {
    keep(experiment.withTags(checked(experiment.tags())));
    return file.write(experiment).thenApply(done -> experiment);
  }

  synchronized TrackedRun run(String id) {
    TrackedRun run = runs.get(id);
    if (run == null) {
      throw missing("no run has the id '" + id + "'");
    }
    return run;
  }

  synchronized List<TrackedRun> runs() {
    return List.copyOf(runs.values());
  }

  /**
   * Reserves a name for a new run: the wanted one, or that with a number behind it.
   *
   * @param maxBytes longest name
   */
  synchronized String reserve(String wanted, int maxBytes) {
    String name = RunNames.free(wanted, maxBytes, this::isInUse);
    names.add(name);
    return name;
  }

  /** Frees the name of a run that was not created after all. */
  synchronized void free(String name) {
    names.remove(name);
  }

  /** Adds a run under a reserved name. */
  synchronized CompletableFuture<TrackedRun> add(TrackedRun run) {
    keep(run.withTags(checked(run.tags())));
    forgetOldest();
    rewriteIfLong();
    return file.write(run).thenApply(done -> run);
  }

  /** Changes a run; its future is done once that is on disk. */
  synchronized CompletableFuture<TrackedRun> change(String id, UnaryOperator<TrackedRun> change) {
    TrackedRun before = run(id);
    TrackedRun changed = change.apply(before);
    if (changed.equals(before)) {
      return CompletableFuture.completedFuture(before);
    }
    checked(changed.tags());
    keep(changed);
    rewriteIfLong();
    return file.write(changed).thenApply(done -> changed);
  }

  /**
   * Forgets a run of Foreshock that a person deleted. A client that still logs to it must not fail,
   * so a run that has not ended stays, deleted in MLflow's sense, and no longer keeps its name.
   */
  synchronized void deleted(String name) {
    for (TrackedRun run : runs()) {
      if (!run.run().equals(name)) {
        continue;
      }
      takeHeld(run.id()).ifPresent(this::sent);
      List<HeldStep> waiting = due.stream().filter(s -> s.runId().equals(run.id())).toList();
      due.removeAll(waiting);
      waiting.forEach(this::sent);
      if (run.life().status().ended()) {
        forget(run);
        file.write(new TrackingFile.Forgotten(run.id()));
      } else {
        keep(run.withDeleted(true));
        file.write(run.withDeleted(true));
      }
    }
  }

  /**
   * Holds a metric until its step is complete. What it completes becomes due.
   *
   * @return done once the metric is on disk
   */
  synchronized CompletableFuture<Void> hold(String runId, MetricPoint metric) {
    rewriteIfLong();
    CompletableFuture<Void> durable = file.write(new TrackingFile.Held(runId, metric));
    writing.add(file.newest());
    return durable.whenComplete((done, failure) -> written(runId, metric, failure));
  }

  /**
   * Takes the steps that are due; the caller must call {@link #sent} or {@link #again} for each.
   */
  synchronized List<HeldStep> takeDue() {
    List<HeldStep> taken = List.copyOf(due);
    due.clear();
    sending.addAll(taken);
    return taken;
  }

  /** Takes what is held of a run, as {@link #takeDue} does, because more of the run has come. */
  synchronized Optional<HeldStep> takeHeld(String runId) {
    HeldStep step = held.remove(runId);
    if (step != null) {
      sending.add(step);
    }
    return Optional.ofNullable(step);
  }

  /** Makes everything due that was held long enough. */
  synchronized void release(Predicate<HeldStep> longEnough) {
    held.values()
        .removeIf(
            step -> {
              boolean isDue = longEnough.test(step);
              if (isDue) {
                due.add(step);
              }
              return isDue;
            });
  }

  /** Name of a held step's run; the run may be forgotten by now, its metrics are not. */
  synchronized String nameOf(HeldStep step) {
    TrackedRun run = runs.get(step.runId());
    return run == null ? step.runId() : run.run();
  }

  /** Notes that a step is in the monitor's journal. */
  synchronized void sent(HeldStep step) {
    sending.remove(step);
    file.write(new TrackingFile.Sent(step.runId(), step.step(), step.timestampMillis()));
  }

  /** Makes a step due again, because the monitor could not accept it. */
  synchronized void again(HeldStep step) {
    sending.remove(step);
    due.add(step);
  }

  /** Not synchronized, because the file's thread may wait for this to note what it wrote. */
  @Override
  public void close() throws IOException {
    file.close();
  }

  private synchronized void written(String runId, MetricPoint metric, @Nullable Throwable failure) {
    writing.poll(); // they are written in order
    if (failure == null) {
      takeIn(runId, metric); // not before, or it could be sent and then refused
    }
  }

  private void takeIn(String runId, MetricPoint metric) {
    HeldStep step = held.get(runId);
    if (step != null && step.fits(metric)) {
      step.add(metric);
    } else if (step != null && metric.step() < step.step()) {
      due.add(
          HeldStep.of(
              runId, metric, nanoTime.getAsLong())); // late; the newest step may still get more
    } else {
      if (step != null) {
        due.add(step);
      }
      held.put(runId, HeldStep.of(runId, metric, nanoTime.getAsLong()));
    }
  }

  private boolean isInUse(String name) {
    return names.contains(name) || isTaken.test(name);
  }

  private void keep(Experiment experiment) {
    experiments.put(experiment.id(), experiment);
    newestExperiment = Math.max(newestExperiment, Long.parseLong(experiment.id()));
  }

  private void keep(TrackedRun run) {
    runs.put(run.id(), run);
    if (run.life().deleted()) {
      names.remove(run.run());
    } else {
      names.add(run.run());
    }
  }

  private void forgetOldest() {
    if (runs.size() <= maxRuns) {
      return;
    }
    TrackedRun oldest =
        runs.values().stream()
            .filter(run -> run.life().status().ended())
            .findFirst()
            .orElse(runs.values().iterator().next());
    forget(oldest);
  }

  private void forget(TrackedRun run) {
    runs.remove(run.id());
    names.remove(run.run()); // the monitor knows whether the name is still in use
  }

  /** Writes everything anew when the file holds much that was replaced. */
  private void rewriteIfLong() {
    if (!file.isLong()) {
      return;
    }
    Long oldestWriting = writing.peek();
    long before = oldestWriting == null ? file.newest() : oldestWriting - 1;
    experiments.values().forEach(file::write);
    CompletableFuture<Void> last = CompletableFuture.completedFuture(null);
    for (TrackedRun run : runs.values()) {
      last = file.write(run);
    }
    List<HeldStep> waiting = new ArrayList<>(due);
    waiting.addAll(sending);
    waiting.addAll(held.values());
    for (HeldStep step : waiting) {
      for (Map.Entry<String, Double> value : step.values().entrySet()) {
        MetricPoint metric =
            new MetricPoint(value.getKey(), value.getValue(), step.timestampMillis(), step.step());
        last = file.write(new TrackingFile.Held(step.runId(), metric));
      }
    }
    file.release(before, last);
  }

  private static Map<String, String> checked(Map<String, String> tags) {
    long length = 0;
    for (Map.Entry<String, String> tag : tags.entrySet()) {
      length += tag.getKey().length() + tag.getValue().length();
    }
    if (length > MAX_TAGS) {
      throw Request.invalid("tags: expected at most " + MAX_TAGS + " characters in all");
    }
    return tags;
  }

  private static Refusal missing(String message) {
    return Refusal.of(404, "RESOURCE_DOES_NOT_EXIST", message);
  }

  private final class Recovered implements TrackingFile.Reader {
    @Override
    public void experiment(Experiment experiment) {
      keep(experiment);
    }

    @Override
    public void run(TrackedRun run) {
      keep(run);
      forgetOldest();
    }

    @Override
    public void forgotten(TrackingFile.Forgotten run) {
      Optional.ofNullable(runs.get(run.runId())).ifPresent(Tracking.this::forget);
    }

    @Override
    public void held(TrackingFile.Held metric) {
      takeIn(metric.runId(), metric.metric());
    }

    @Override
    public void sent(TrackingFile.Sent sent) {
      due.removeIf(step -> is(step, sent));
      held.values().removeIf(step -> is(step, sent));
    }

    private static boolean is(HeldStep step, TrackingFile.Sent sent) {
      return step.runId().equals(sent.runId())
          && step.step() == sent.step()
          && step.timestampMillis() == sent.timestampMillis();
    }
  }
}
