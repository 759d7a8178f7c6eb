// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.evaluation.baseline;

import io.foreshock.predictors.stats.Medians;

/**
 * Page's two-sided CUSUM over the loss's robust z-score: fires on a fall as well.
 *
 * <p><b>Definition.</b> z = (L − median) / (1.4826·MAD) over the {@value #WINDOW} losses before; S⁺
 * = max(0, S⁺ + z − k), S⁻ = max(0, S⁻ − z − k), k = 1. The score is the larger; both restart at 0
 * after it reached h.
 *
 * <p><b>Edges.</b> Silent until {@value #ENOUGH} losses are held, and where MAD = 0; non-finite
 * losses are left out. <b>Source.</b> trainscope {@code core/detectors/changepoint.py}; h = 6.
 */
final class Cusum implements BaselineRule {
  static final double H = 6;

  private static final int WINDOW = 200;
  private static final int ENOUGH = 30;
  private static final double K = 1;
  private final Recent losses = new Recent(WINDOW);
  private final double restartAt;
  private double up;
  private double down;

  /**
   * A rule that restarts after the score reached a threshold.
   *
   * @param restartAt the threshold; +∞ to let a drift add up, as a sweep of the threshold needs
   */
  Cusum(double restartAt) {
    this.restartAt = restartAt;
  }

  @Override
  public double score(StepReading step) {
    double loss = step.loss();
    if (!Double.isFinite(loss)) {
      return Double.NaN;
    }
    double score = losses.size() < ENOUGH ? Double.NaN : add(loss);
    losses.add(loss);
    if (score >= restartAt) {
      up = 0;
      down = 0;
    }
    return score;
  }

  private double add(double loss) {
    double[] values = losses.copy();
    double median = Medians.of(values, 0, values.length);
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.abs(values[i] - median);
    }
    double spread = Medians.MAD_TO_SIGMA * Medians.of(values, 0, values.length);
    if (spread == 0) {
      return Double.NaN;
    }
    double z = (loss - median) / spread;
    up = Math.max(0, up + z - K);
    down = Math.max(0, down - z - K);
    return Math.max(up, down);
  }
}
