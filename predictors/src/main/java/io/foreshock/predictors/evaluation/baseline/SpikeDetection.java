// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.evaluation.baseline;

/**
 * Counts a rising loss far from the running mean of {@value #WINDOW} as a spike.
 *
 * <p><b>Definition.</b> Not a spike when L_t ≤ the last loss in the window; otherwise the score is
 * |L_t − m| / |m|, m the running mean. A spike (score ≥ {@value #TOLERANCE}) does not enter the
 * window. <b>Edges.</b> The first loss is never one; a non-finite loss always is. <b>Source.</b>
 * Lightning {@code fabric/utilities/spike.py}; it stops at the first spike, here it continues.
 */
final class SpikeDetection implements BaselineRule {
  static final double TOLERANCE = 2.0;

  private static final int WINDOW = 10;

  private final Recent losses = new Recent(WINDOW);
  private double last;

  @Override
  public double score(StepReading step) {
    double loss = step.loss();
    if (!StepReading.measured(loss)) {
      return Double.NaN;
    }
    double score = losses.size() == 0 ? 0 : score(loss);
    if (score < TOLERANCE && !Double.isNaN(loss)) {
      losses.add(loss);
      last = loss;
    }
    return score;
  }

  private double score(double loss) {
    if (Double.isNaN(loss)) {
      return Double.POSITIVE_INFINITY;
    }
    double mean = losses.mean();
    return loss <= last ? 0 : Math.abs(loss - mean) / Math.abs(mean);
  }
}
