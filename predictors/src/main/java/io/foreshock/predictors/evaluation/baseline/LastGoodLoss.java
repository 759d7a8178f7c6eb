// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.evaluation.baseline;

import io.foreshock.predictors.telemetry.ConfigField;
import io.foreshock.predictors.telemetry.RunConfig;

/**
 * Skips a step whose loss is far above the last one that was not spiky.
 *
 * <p><b>Definition.</b> Score (L_t − L*) / L*, L* the last loss whose score was below {@value
 * #TOLERANCE}. <b>Edges.</b> Silent in the warm-up that the run announced, in which L* follows; a
 * non-finite loss is silent and never L*. After a lasting jump L* stays, so the rule keeps firing.
 * <b>Source.</b> FlagScale {@code train/spiky_loss.py}.
 */
final class LastGoodLoss implements BaselineRule {
  static final double TOLERANCE = 0.2;

  private double lastGood = Double.NaN;
  private double warmup;

  @Override
  public void configure(RunConfig config) {
    warmup = config.number(ConfigField.WARMUP_STEPS).orElse(0);
  }

  @Override
  public double score(StepReading step) {
    double loss = step.loss();
    if (!Double.isFinite(loss)) {
      return Double.NaN;
    }
    boolean silent = step.step() <= warmup || Double.isNaN(lastGood);
    double score = silent ? Double.NaN : (loss - lastGood) / lastGood;
    if (!(score >= TOLERANCE)) {
      lastGood = loss;
    }
    return score;
  }
}
