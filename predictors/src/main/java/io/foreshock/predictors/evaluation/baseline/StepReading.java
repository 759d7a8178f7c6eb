// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.evaluation.baseline;

/**
 * One optimizer step as the rules see it, from all lines of the step.
 *
 * @param step optimizer step
 * @param loss nats per token; NaN when it was not finite, {@link #ABSENT} when not measured
 * @param gradNorm global gradient norm before clipping; NaN and {@link #ABSENT} as for the loss
 * @param updateRms RMS of the optimizer's direction; NaN and {@link #ABSENT} as for the loss
 * @param attentionLogitMax largest of all layers and heads; {@link #ABSENT} when not measured
 * @param rmsRatio StableAdamW's RMS_t, largest of all layers; {@link #ABSENT} when not measured
 * @param own score by a rule of the user's own; {@link #ABSENT} when it has none
 */
public record StepReading(
    long step,
    double loss,
    double gradNorm,
    double updateRms,
    double attentionLogitMax,
    double rmsRatio,
    double own) {

  /** Value of what was not measured; it is below every threshold and no measurement has it. */
  public static final double ABSENT = Double.NEGATIVE_INFINITY;

  /** A step without a rule of the user's own. */
  StepReading(
      long step,
      double loss,
      double gradNorm,
      double updateRms,
      double attentionLogitMax,
      double rmsRatio) {
    this(step, loss, gradNorm, updateRms, attentionLogitMax, rmsRatio, ABSENT);
  }

  /** Whether a value was measured, though it may be NaN. */
  static boolean measured(double value) {
    return value != ABSENT;
  }
}
