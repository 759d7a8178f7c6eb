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
import io.foreshock.predictors.evaluation.baseline.Baselines;
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

/**
 * Replays runs to score them.
 *
 * <p>A run and its label are both needed; what has only one of them is told and left out.
 */
public final class ScoreReplay implements Playback.RunLines {
  /** Runs named in each complaint; the rest is counted. */
  private static final int NAMED = 10;

  private static final long[] NEVER_STRUCK = {};

  private final Map<String, RunLabel> labels;
  private final Forecasting forecasting;
  private final Set<Signal> signals;
  private final Consumer<String> complaints;
  private final Map<String, ScoredRun> runs = new LinkedHashMap<>();
  private final Set<String> unlabelled = new LinkedHashSet<>();
  private String lastName;
  private ScoredRun lastRun;

  /**
   * A replay of nothing yet.
   *
   * @param labels by run; null to label by hindsight
   * @param signals all that the predictors are shown; null for everything
   */
  public ScoreReplay(
      Map<String, RunLabel> labels,
      Forecasting forecasting,
      Set<Signal> signals,
      Consumer<String> complaints) {
    this.labels = labels;
    this.forecasting = forecasting;
    this.signals = signals;
    this.complaints = complaints;
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
  public Scoreboard score() {
    if (labels != null) {
      complain(unlabelled, "no label");
      Set<String> missing = new LinkedHashSet<>(labels.keySet());
      missing.removeAll(runs.keySet());
      complain(missing, "labelled, but not in the files");
    }
    List<JudgedRun> judged = new ArrayList<>();
    runs.forEach((name, run) -> judge(name, run, judged));
    runs.clear();
    return judged.isEmpty()
        ? null
        : Scoreboard.of(judged, Baselines.all(), forecasting.horizonSteps());
  }

  private ScoredRun run(String name) {
    if (labels != null && !labels.containsKey(name)) {
      unlabelled.add(name);
      return null;
    }
    return runs.computeIfAbsent(
        name,
        run -> new ScoredRun(run, forecasting, signals == null ? null : new SignalFilter(signals)));
  }

  private void judge(String name, ScoredRun run, List<JudgedRun> judged) {
    try {
      judged.add(new JudgedRun(label(name, run.hindsight()), run.finish()));
    } catch (IllegalArgumentException e) {
      complaints.accept("run " + e.getMessage() + "; left out");
    }
  }

  private RunLabel label(String name, Hindsight hindsight) {
    if (labels == null) {
      return hindsight.label(name, NEVER_STRUCK);
    }
    RunLabel label = labels.get(name);
    boolean lacksOnset = label.runClass() != RunClass.HEALTHY && label.onset().isEmpty();
    OptionalLong onset = lacksOnset ? hindsight.onset() : label.onset();
    if (label.runClass() != RunClass.HEALTHY && onset.isEmpty()) {
      throw new IllegalArgumentException(
          name
              + ": onset: none in its label ("
              + label.runClass().wireName()
              + "), and hindsight finds none");
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
