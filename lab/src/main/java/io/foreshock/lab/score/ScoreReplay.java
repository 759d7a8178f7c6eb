// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.score;

import io.foreshock.lab.recording.Forecasting;
import io.foreshock.lab.recording.Playback;
import io.foreshock.lab.recording.SignalFilter;
import io.foreshock.predictors.evaluation.Hindsight;
import io.foreshock.predictors.evaluation.JudgedRun;
import io.foreshock.predictors.evaluation.RunClass;
import io.foreshock.predictors.evaluation.RunLabel;
import io.foreshock.predictors.evaluation.Scoreboard;
import io.foreshock.predictors.evaluation.baseline.Baseline;
import io.foreshock.predictors.evaluation.baseline.Baselines;
import io.foreshock.predictors.online.Rule;
import io.foreshock.predictors.telemetry.MalformedLineException;
import io.foreshock.predictors.telemetry.Point;
import io.foreshock.predictors.telemetry.Signal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Replays runs in order to score them.
 *
 * <p>A run without a label, and a label without a run, are reported and left out.
 */
public final class ScoreReplay implements Playback.RunLines {
  /** How many runs each complaint names; the others are counted. */
  private static final int NAMED = 10;

  private static final long[] NEVER_STRUCK = {};

  private final @Nullable Map<String, RunLabel> labels;
  private final Forecasting forecasting;
  private final @Nullable Set<Signal> signals;
  private final @Nullable Rule tried;
  private final Consumer<String> complaints;
  private final List<Baseline> baselines;
  private final Map<String, ScoredRun> runs = new LinkedHashMap<>();
  private final Set<String> unlabelled = new LinkedHashSet<>();
  private @Nullable String lastName;
  private @Nullable ScoredRun lastRun;

  /**
   * A replay without any line yet.
   *
   * @param labels the labels by run name; null to label each run from its own telemetry
   * @param signals the signals that the predictors receive; null for all
   * @param tried a rule of the user's own, for a row of the scoreboard; null for none
   * @param complaints receives one message for each run that is left out
   */
  public ScoreReplay(
      @Nullable Map<String, RunLabel> labels,
      Forecasting forecasting,
      @Nullable Set<Signal> signals,
      @Nullable Rule tried,
      Consumer<String> complaints) {
    this.labels = labels;
    this.forecasting = forecasting;
    this.signals = signals;
    this.tried = tried;
    this.complaints = complaints;
    this.baselines = new ArrayList<>(Baselines.all());
    if (tried != null) {
      baselines.add(
          0,
          Baselines.own(
              "yours: " + tried.signal() + " " + tried.words(), tried.condition().threshold()));
    }
  }

  @Override
  public void line(String run, Point point) throws MalformedLineException {
    if (!run.equals(lastName)) {
      lastName = run;
      lastRun = run(run);
    }
    if (lastRun != null) {
      lastRun.accept(point);
    }
  }

  /** How many runs were replayed. */
  public int runs() {
    return runs.size();
  }

  /** The scoreboard; null when no run could be scored. */
  public @Nullable Scoreboard score() {
    if (labels != null) {
      complain(unlabelled, "it has no label");
      Set<String> missing = new LinkedHashSet<>(labels.keySet());
      missing.removeAll(runs.keySet());
      complain(missing, "it has a label, but is not in the files");
    }
    List<JudgedRun> judged = new ArrayList<>();
    runs.forEach((name, run) -> judge(name, run, judged));
    runs.clear();
    return judged.isEmpty() ? null : Scoreboard.of(judged, baselines, forecasting.horizonSteps());
  }

  private @Nullable ScoredRun run(String name) {
    if (labels != null && !labels.containsKey(name)) {
      unlabelled.add(name);
      return null;
    }
    return runs.computeIfAbsent(
        name,
        run ->
            new ScoredRun(
                run,
                forecasting,
                signals == null ? null : new SignalFilter(signals),
                tried,
                baselines));
  }

  private void judge(String name, ScoredRun run, List<JudgedRun> judged) {
    try {
      judged.add(new JudgedRun(label(name, run.hindsight()), run.finish()));
    } catch (IllegalArgumentException e) {
      complaints.accept("run " + e.getMessage() + "; left out");
    }
  }

  private RunLabel label(String name, Hindsight hindsight) {
    RunLabel label = labels == null ? null : labels.get(name);
    if (label == null) {
      return hindsight.label(name, NEVER_STRUCK);
    }
    boolean lacksOnset = label.runClass() != RunClass.HEALTHY && label.onset().isEmpty();
    OptionalLong onset = lacksOnset ? hindsight.onset() : label.onset();
    if (label.runClass() != RunClass.HEALTHY && onset.isEmpty()) {
      throw new IllegalArgumentException(
          name
              + ": its label ("
              + label.runClass().wireName()
              + ") has no onset, and hindsight finds none");
    }
    return new RunLabel(
        name, label.runClass(), onset, label.steps(), label.struck(), label.family());
  }

  private void complain(Set<String> names, String what) {
    names.stream()
        .limit(NAMED)
        .forEach(name -> complaints.accept("run " + name + ": " + what + "; left out"));
    if (names.size() > NAMED) {
      complaints.accept((names.size() - NAMED) + " more runs: " + what + "; left out");
    }
  }
}
