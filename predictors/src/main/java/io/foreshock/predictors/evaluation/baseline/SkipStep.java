// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.evaluation.baseline;

/**
 * Skips a step whose loss or gradient norm stands out from the last {@value #WINDOW}.
 *
 * <p><b>Definition.</b> Score (x − μ) / max(σ, floor), the larger of loss and gradient norm, over
 * the values before this one. <b>Edges.</b> Silent until enough values are held, including this one
 * if the source counts it. A NaN in the window fires, because the source keeps a step only if all
 * comparisons hold.
 *
 * <p><b>Source.</b> OLMo-core {@code optim/skip_step_optimizer.py} (σ with n − 1, at least 64
 * losses held with this one); Levanter {@code optim/skipstep.py} (population σ, floor 1e-6, 64
 * before this one); MaxText {@code optimizers.py} (OLMo-core's).
 */
final class SkipStep implements BaselineRule {
  private static final int WINDOW = 128;
  private static final int ENOUGH = 64;

  private final Recent losses = new Recent(WINDOW);
  private final Recent gradNorms = new Recent(WINDOW);
  private final int before;
  private final int degreesLost;
  private final double floor;

  private SkipStep(int before, int degreesLost, double floor) {
    this.before = before;
    this.degreesLost = degreesLost;
    this.floor = floor;
  }

  /** OLMo-core's. */
  static SkipStep olmo() {
    return new SkipStep(ENOUGH - 1, 1, 0);
  }

  /** Levanter's. */
  static SkipStep levanter() {
    return new SkipStep(ENOUGH, 0, 1e-6);
  }

  @Override
  public double score(StepReading step) {
    boolean active = (StepReading.measured(step.loss()) ? losses : gradNorms).size() >= before;
    double loss = score(losses, step.loss(), active);
    double gradNorm = score(gradNorms, step.gradNorm(), active);
    return Math.max(loss, gradNorm);
  }

  private double score(Recent recent, double value, boolean active) {
    if (!StepReading.measured(value)) {
      return Double.NEGATIVE_INFINITY;
    }
    double score = Double.NEGATIVE_INFINITY;
    if (active && recent.size() >= 2) {
      double excess = value - recent.mean();
      double deviation = recent.deviation(degreesLost);
      score = excess / Math.max(deviation, floor); // max(NaN, floor) is NaN
      boolean unknown = Double.isNaN(excess) || Double.isNaN(deviation);
      score = unknown ? Double.POSITIVE_INFINITY : excess == 0 ? 0 : score;
    }
    recent.add(value);
    return score;
  }
}
