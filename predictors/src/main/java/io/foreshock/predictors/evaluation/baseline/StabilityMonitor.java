// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.evaluation.baseline;

/**
 * Counts a spike where loss or gradient norm stands out from the {@value #WINDOW} values before.
 *
 * <p><b>Definition.</b> Score (x − μ) / σ, population σ, only over a full window; ignored where σ <
 * 1e-10. <b>Edges.</b> A NaN in the window blinds it. <b>Source.</b> OLMo-core {@code
 * train/callbacks/stability_monitor.py}.
 */
final class StabilityMonitor implements BaselineRule {
  private static final int WINDOW = 128;
  private static final double LEAST_DEVIATION = 1e-10;

  private final Recent losses = new Recent(WINDOW);
  private final Recent gradNorms = new Recent(WINDOW);

  @Override
  public double score(StepReading step) {
    double loss = score(losses, step.loss());
    double gradNorm = score(gradNorms, step.gradNorm());
    return Math.max(loss, gradNorm);
  }

  private static double score(Recent recent, double value) {
    if (!StepReading.measured(value)) {
      return Double.NEGATIVE_INFINITY;
    }
    double score = Double.NEGATIVE_INFINITY;
    if (recent.full()) {
      double deviation = recent.deviation(0);
      double z = (value - recent.mean()) / deviation;
      score = deviation >= LEAST_DEVIATION && !Double.isNaN(z) ? z : score;
    }
    recent.add(value);
    return score;
  }
}
