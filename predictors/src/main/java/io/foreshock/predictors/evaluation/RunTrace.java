// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.evaluation;

import java.util.List;

/**
 * Alarms and scores of Foreshock and of every baseline in one run, step by step in order of
 * arrival.
 *
 * <p><b>Threads.</b> Immutable. <b>Cost.</b> 8 bytes a step, and 4 for each rule.
 */
public final class RunTrace {
  private final String run;
  private final long[] steps;
  private final long lastStep;
  private final StepScores critical;
  private final StepScores warning;
  private final StepScores etaLow;
  private final StepScores etaHigh;
  private final List<StepScores> baselines;

  RunTrace(
      String run,
      long[] steps,
      StepScores critical,
      StepScores warning,
      StepScores etaLow,
      StepScores etaHigh,
      List<StepScores> baselines) {
    this.run = run;
    this.steps = steps;
    this.critical = critical;
    this.warning = warning;
    this.etaLow = etaLow;
    this.etaHigh = etaHigh;
    this.baselines = List.copyOf(baselines);
    long last = 0;
    for (long step : steps) {
      last = Math.max(last, step);
    }
    this.lastStep = last;
  }

  /** The run's name. */
  public String run() {
    return run;
  }

  /** Largest step; 0 when there was none. */
  public long lastStep() {
    return lastStep;
  }

  int size() {
    return steps.length;
  }

  long step(int i) {
    return steps[i];
  }

  /** Critical alarms; the score is the probability of the forecast. */
  StepScores critical() {
    return critical;
  }

  /** Alarms of at least warning. */
  StepScores warning() {
    return warning;
  }

  /** Lower end of the forecast's interval, steps; NaN where there was none. */
  StepScores etaLow() {
    return etaLow;
  }

  /** Upper end of the forecast's interval, steps. */
  StepScores etaHigh() {
    return etaHigh;
  }

  /** Scores of the baselines, in the order in which the recorder was given them. */
  List<StepScores> baselines() {
    return baselines;
  }
}
