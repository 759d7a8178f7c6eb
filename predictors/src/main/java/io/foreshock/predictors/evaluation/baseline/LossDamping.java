// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.evaluation.baseline;

/**
 * Damps the learning rate where the loss is above its moving average.
 *
 * <p><b>Definition.</b> Score r = L_t / E, E the exponentially weighted mean of the losses before,
 * span 9 (α = 0.2), frozen while r > 1. It fires where it acts: at r > 1 the step's learning rate
 * is multiplied by r⁻⁴. <b>Edges.</b> The first loss is E; NaN is silent and leaves E alone.
 * <b>Source.</b> metaseq {@code metaseq/trainer.py}, whose threshold for freezing is off unless
 * set; with the damping's own threshold it is 1.
 */
final class LossDamping implements BaselineRule {
  private static final double ALPHA = 0.2;

  private double average = Double.NaN;

  @Override
  public double score(StepReading step) {
    double loss = step.loss();
    if (!Double.isFinite(loss)) {
      return Double.NaN;
    }
    average = Double.isNaN(average) ? loss : average;
    double ratio = loss / average;
    if (!(ratio > 1)) {
      average = ALPHA * loss + (1 - ALPHA) * average;
    }
    return ratio;
  }
}
