// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.fitting;

import io.foreshock.predictors.evaluation.RunClass;
import io.foreshock.predictors.evaluation.RunLabel;
import io.foreshock.predictors.forecast.Hold;
import io.foreshock.predictors.forecast.Scope;
import io.foreshock.predictors.forecast.Symptom;
import io.foreshock.predictors.forecast.Weights;
import io.foreshock.predictors.stats.LogisticRegression;
import java.util.List;

/**
 * The forecasts of a labelled run.
 *
 * @param label label of the run
 * @param steps its steps after the first 20
 * @param probabilities forecast probabilities at these steps
 */
record ForecastRun(RunLabel label, long[] steps, double[] probabilities) {
  private static final int FIRST_STEP = 20;
  private static final int MARGIN = 5;

  /** Quiet samples after which a forecast raises a new alarm. */
  private static final int QUIET = 10;

  private static final double FINEST = 0.005;

  static ForecastRun of(SymptomLog run, Scope scope, Weights weights) {
    int first = 0;
    while (first < run.size() && !(run.step(first) > FIRST_STEP && run.has(first, scope))) {
      first++;
    }
    long[] steps = new long[run.size() - first];
    double[] probabilities = new double[steps.length];
    double[] row = new double[Symptom.COUNT];
    for (int i = 0; i < steps.length; i++) {
      run.read(first + i, row);
      steps[i] = run.step(first + i);
      probabilities[i] = weights.probability(row);
    }
    return new ForecastRun(run.label(), steps, probabilities);
  }

  /** Returns the lowest threshold, at least {@code least}, with at most that many false alarms. */
  static double threshold(List<ForecastRun> runs, double alarmsPer10k, double least) {
    double threshold = least;
    while (threshold < 1 - FINEST && falseAlarmsPer10k(runs, threshold) > alarmsPer10k) {
      threshold += FINEST;
    }
    return threshold;
  }

  static double falseAlarmsPer10k(List<ForecastRun> runs, double threshold) {
    long steps = 0;
    long alarms = 0;
    for (ForecastRun run : runs) {
      if (run.is(RunClass.HEALTHY) && run.steps.length > 0) {
        steps += run.steps[run.steps.length - 1] - FIRST_STEP;
        alarms += run.alarms(threshold);
      }
    }
    return steps == 0 ? 0 : 1e4 * alarms / steps;
  }

  /** These forecasts with {@code calibration}: intercept and factor of the log odds. */
  ForecastRun calibrated(double[] calibration) {
    double[] result = new double[probabilities.length];
    for (int i = 0; i < result.length; i++) {
      double logOdds = Math.log(probabilities[i] / (1 - probabilities[i]));
      result[i] = LogisticRegression.chance(calibration[0] + calibration[1] * logOdds);
    }
    return new ForecastRun(label, steps, result);
  }

  boolean is(RunClass runClass) {
    return label.runClass() == runClass;
  }

  /**
   * Whether an alarm was in time: some steps before a predictable onset, or soon after a sudden
   * one.
   */
  boolean caught(double threshold) {
    long first = firstAlarm(threshold);
    long onset = label.onset().orElse(Long.MAX_VALUE / 2);
    return is(RunClass.PREDICTABLE)
        ? first <= onset - MARGIN
        : first >= label.strike().orElse(onset) - MARGIN && first <= onset + MARGIN;
  }

  /** Steps from the first alarm to the onset, as a share of the run. */
  double leadShare(double threshold) {
    return (label.onset().orElseThrow() - firstAlarm(threshold)) / (double) label.steps();
  }

  /** Step of the first alarm; far beyond the run when there is none. */
  private long firstAlarm(double threshold) {
    long from = is(RunClass.SUDDEN) ? label.strike().orElse(0) - MARGIN : 0;
    Hold hold = new Hold();
    for (int i = 0; i < steps.length; i++) {
      if (hold.holds(steps[i], probabilities[i] >= threshold) && steps[i] >= from) {
        return steps[i];
      }
    }
    return Long.MAX_VALUE / 4;
  }

  private int alarms(double threshold) {
    Hold hold = new Hold();
    int alarms = 0;
    int last = -QUIET - 1;
    for (int i = 0; i < steps.length; i++) {
      if (hold.holds(steps[i], probabilities[i] >= threshold)) {
        alarms += i - last > QUIET ? 1 : 0;
        last = i;
      }
    }
    return alarms;
  }
}
