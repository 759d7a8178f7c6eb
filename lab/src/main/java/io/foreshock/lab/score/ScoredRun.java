// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.score;

import io.foreshock.lab.recording.Forecasting;
import io.foreshock.lab.recording.ReplayedRun;
import io.foreshock.lab.recording.SignalFilter;
import io.foreshock.predictors.evaluation.Hindsight;
import io.foreshock.predictors.evaluation.RunRecorder;
import io.foreshock.predictors.evaluation.RunTrace;
import io.foreshock.predictors.evaluation.baseline.Baseline;
import io.foreshock.predictors.online.Alarm;
import io.foreshock.predictors.online.Rule;
import io.foreshock.predictors.online.RuleScore;
import io.foreshock.predictors.online.RunWatch;
import io.foreshock.predictors.online.Severity;
import io.foreshock.predictors.telemetry.MalformedLineException;
import io.foreshock.predictors.telemetry.Measurement;
import io.foreshock.predictors.telemetry.Point;
import io.foreshock.predictors.telemetry.Sample;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One run during scoring: Foreshock, the baselines and hindsight read the same lines.
 *
 * <p>An incident counts as an alarm when it first becomes a warning, and again when it first
 * becomes critical. Hindsight sees everything that the run sent. Foreshock and the baselines see
 * only the signals that are not hidden.
 */
final class ScoredRun {
  private final ReplayedRun replayed;
  private final RunRecorder recorder;
  private final Hindsight hindsight = new Hindsight();
  private final Map<String, Severity> worst = new HashMap<>();
  private final @Nullable RuleScore own;
  private @Nullable Severity raised;

  /**
   * A run without any line yet.
   *
   * @param tried a rule of the user's own whose scores one of the baselines takes; null for none
   */
  ScoredRun(
      String run,
      Forecasting forecasting,
      @Nullable SignalFilter filter,
      @Nullable Rule tried,
      List<Baseline> baselines) {
    replayed = new ReplayedRun(run, forecasting, filter, this::note);
    recorder = new RunRecorder(run, baselines);
    own = tried == null ? null : new RuleScore(tried);
  }

  void accept(Point point) throws MalformedLineException {
    raised = null;
    RunWatch.Use use = replayed.accept(point);
    if (use == RunWatch.Use.CONFIG) {
      recorder.configure(replayed.watch().config());
    }
    Measurement measurement = Measurement.of(point.measurement());
    if (measurement == Measurement.TRAIN_STEP || measurement == Measurement.TRAIN_LAYER) {
      hindsight.accept(replayed.sent());
    }
    Sample seen = replayed.seen();
    if (use == RunWatch.Use.FED && seen != null) {
      record(seen);
    }
    if (own != null) {
      recorder.own(own.add(point, replayed.watch().lastStep()));
    }
  }

  Hindsight hindsight() {
    return hindsight;
  }

  RunTrace finish() {
    return recorder.finish();
  }

  private void record(Sample seen) {
    recorder.accept(seen);
    recorder.forecast(replayed.watch().forecast());
    if (raised != null) {
      recorder.warning();
    }
    if (raised == Severity.CRITICAL) {
      recorder.critical();
    }
  }

  private void note(Alarm alarm) {
    Severity severity = alarm.verdict().severity();
    if (alarm.state() == Alarm.State.CLOSED || severity == Severity.INFO) {
      return;
    }
    Severity before = worst.get(alarm.incident());
    if (before == null || severity.compareTo(before) > 0) {
      worst.put(alarm.incident(), severity);
      raised = raised == Severity.CRITICAL ? raised : severity;
    }
  }
}
