// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling;

import io.foreshock.predictors.telemetry.RunConfig;
import java.util.Map;

/**
 * Summary of a run, by which other runs of its kind can be judged.
 *
 * @param run name of the run
 * @param config its configuration
 * @param lastStep its newest step
 * @param diverged whether it diverged ({@link Summarizer})
 * @param milestones values of each signal at the {@link Milestones}; NaN where it was not measured
 */
public record RunSummary(
    String run,
    RunConfig config,
    long lastStep,
    boolean diverged,
    Map<TrendSignal, double[]> milestones) {

  /** Returns the values of one signal. */
  double[] milestones(TrendSignal signal) {
    double[] values = milestones.get(signal);
    if (values == null) {
      throw new IllegalStateException(run + ": no milestones of " + signal.wireName());
    }
    return values;
  }
}
