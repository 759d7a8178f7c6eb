// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.evaluation.baseline;

import io.foreshock.predictors.telemetry.ConfigField;
import io.foreshock.predictors.telemetry.RunConfig;

/**
 * Stops a run whose loss is an outlier five times in a row, or persistently high.
 *
 * <p><b>Definition.</b> W: the last max(100, 5 % of the total steps) losses before this one;
 * nothing happens before it is full. (a) An outlier is L_t ≥ m · mean(W); fires at the fifth in a
 * row: the score is the smallest of the last five L / mean(W). (b) From step 2·|W| on fires when at
 * least half of W is above the cap, which is the largest loss of the first window but at most 10:
 * the score is {@value #MULTIPLIER} times the upper median of W over the cap, so that both fire
 * from {@value #MULTIPLIER} on.
 *
 * <p><b>Edges.</b> A NaN in W silences (a); a NaN is not above the cap. <b>Source.</b> LLM Foundry
 * {@code callbacks/kill_loss_spike_callback.py}; m = 2, patience 4.
 */
final class KillLossSpike implements BaselineRule {
  static final double MULTIPLIER = 2;

  private static final int LEAST_WINDOW = 100;
  private static final double SHARE_OF_RUN = 0.05;
  private static final int IN_A_ROW = 5;
  private static final double HIGHEST_CAP = 10;

  private final double[] ratios = new double[IN_A_ROW];
  private Recent losses = new Recent(LEAST_WINDOW);
  private int window = LEAST_WINDOW;
  private long seen;
  private double cap = Double.NaN;

  @Override
  public void configure(RunConfig config) {
    double total = config.number(ConfigField.TOTAL_STEPS).orElse(0);
    if (seen == 0) {
      window = (int) Math.max(LEAST_WINDOW, Math.min(SHARE_OF_RUN * total, 1_000_000));
      losses = new Recent(window);
    }
  }

  @Override
  public double score(StepReading step) {
    if (!StepReading.measured(step.loss())) {
      return Double.NaN;
    }
    double score = losses.full() ? Math.max(inARow(step.loss()), high(step)) : Double.NaN;
    losses.add(step.loss());
    seen++;
    return score;
  }

  private double inARow(double loss) {
    double ratio = loss / losses.mean();
    double least = ratio;
    for (int i = 0; i < IN_A_ROW - 1; i++) {
      ratios[i] = ratios[i + 1];
      least = Math.min(least, ratios[i]);
    }
    ratios[IN_A_ROW - 1] = ratio;
    return Double.isNaN(least) ? Double.NEGATIVE_INFINITY : least;
  }

  private double high(StepReading step) {
    double[] sorted = losses.sorted();
    int numbers = sorted.length;
    while (numbers > 0 && Double.isNaN(sorted[numbers - 1])) {
      numbers--;
    }
    if (Double.isNaN(cap)) {
      cap = numbers == 0 ? HIGHEST_CAP : Math.min(sorted[numbers - 1], HIGHEST_CAP);
    }
    int index = numbers - (window + 1) / 2; // at least half of W is above what this one is above
    if (step.step() < 2L * window || index < 0) {
      return Double.NEGATIVE_INFINITY;
    }
    double level = MULTIPLIER * sorted[index] / cap;
    return level == MULTIPLIER ? Math.nextDown(MULTIPLIER) : level; // above the cap, not at it
  }
}
