// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.evaluation;

import io.foreshock.predictors.evaluation.baseline.Baseline;
import io.foreshock.predictors.evaluation.baseline.BaselineRule;
import io.foreshock.predictors.evaluation.baseline.StepCollector;
import io.foreshock.predictors.evaluation.baseline.StepReading;
import io.foreshock.predictors.forecast.Forecast;
import io.foreshock.predictors.telemetry.RunConfig;
import io.foreshock.predictors.telemetry.Sample;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Runs the baselines over one run, and records their scores and the alarms and forecasts of
 * Foreshock.
 *
 * <p>The caller adds Foreshock's own alarms after the line that raised them. At the end of the
 * first {@value JudgedRun#UNSCORED} steps each baseline starts anew, so that one that keeps firing
 * raises an alarm in the scored steps.
 *
 * <p><b>Threads.</b> Not safe: one run, in order of arrival. <b>Cost.</b> A few µs a step (the
 * windows); memory as {@link RunTrace}.
 */
public final class RunRecorder {
  private final String run;
  private final List<Ruled> rules = new ArrayList<>();
  private final StepCollector collector = new StepCollector();
  private final StepScores critical = new StepScores();
  private final StepScores warning = new StepScores();
  private long[] steps = new long[256];
  private int size;
  private boolean open;
  private boolean isCritical;
  private boolean isWarning;
  private Forecast forecast = Forecast.NONE;
  private final StepScores etaLow = new StepScores();
  private final StepScores etaHigh = new StepScores();

  /** An empty recorder. */
  public RunRecorder(String run, List<Baseline> baselines) {
    this.run = run;
    baselines.forEach(baseline -> rules.add(new Ruled(baseline)));
  }

  /** Sets the configuration that the run announced. */
  public void configure(RunConfig config) {
    rules.forEach(ruled -> ruled.configure(config));
  }

  /** Reads the run's next line. */
  public void accept(Sample line) {
    if (open && collector.begins(line)) {
      endStep();
    }
    collector.accept(line);
    open = true;
  }

  /** Records the score of the last line by a rule of the user's own. */
  public void own(double score) {
    collector.own(score);
  }

  /** Records that Foreshock raised a critical alarm on the last line. */
  public void critical() {
    isCritical = true;
  }

  /** Records that Foreshock raised an alarm of at least warning on the last line. */
  public void warning() {
    isWarning = true;
  }

  /** Records Foreshock's forecast after the last line; the highest probability of a step counts. */
  public void forecast(Forecast now) {
    if (now.probability() > forecast.probability() || Double.isNaN(forecast.probability())) {
      forecast = now;
    }
  }

  /** Ends the run and returns its trace; the recorder cannot be used afterwards. */
  public RunTrace finish() {
    if (open) {
      endStep();
    }
    List<StepScores> baselines = rules.stream().map(Ruled::finish).toList();
    critical.trim();
    warning.trim();
    etaLow.trim();
    etaHigh.trim();
    return new RunTrace(
        run, Arrays.copyOf(steps, size), critical, warning, etaLow, etaHigh, baselines);
  }

  private void endStep() {
    StepReading step = collector.reading();
    boolean firstScored =
        step.step() > JudgedRun.UNSCORED && (size == 0 || steps[size - 1] <= JudgedRun.UNSCORED);
    if (size == steps.length) {
      steps = Arrays.copyOf(steps, 2 * size);
    }
    steps[size] = step.step();
    for (Ruled ruled : rules) {
      ruled.score(step, size, firstScored);
    }
    add(critical, isCritical);
    add(warning, isWarning);
    isCritical = false;
    isWarning = false;
    etaLow.add(forecast.low());
    etaHigh.add(forecast.high());
    forecast = Forecast.NONE;
    open = false;
    size++;
  }

  private void add(StepScores track, boolean alarm) {
    if (alarm) {
      track.alarm();
    }
    track.add(forecast.probability());
  }

  /** One baseline on this run. */
  private static final class Ruled {
    private final double threshold;
    private final BaselineRule rule;
    private final BaselineRule swept;
    private final StepScores track = new StepScores();
    private final Edges edges = new Edges();

    Ruled(Baseline baseline) {
      threshold = baseline.threshold();
      rule = baseline.rule().get();
      swept = baseline.swept() == baseline.rule() ? rule : baseline.swept().get();
    }

    void configure(RunConfig config) {
      rule.configure(config);
      if (swept != rule) {
        swept.configure(config);
      }
    }

    void score(StepReading step, int index, boolean firstScored) {
      if (firstScored) {
        edges.reset();
      }
      double score = rule.score(step);
      if (edges.begins(index, threshold < Double.POSITIVE_INFINITY && score >= threshold)) {
        track.alarm();
      }
      track.add(swept == rule ? score : swept.score(step));
    }

    StepScores finish() {
      track.trim();
      return track;
    }
  }
}
