// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.evaluation.baseline;

import io.foreshock.predictors.telemetry.ConfigField;
import io.foreshock.predictors.telemetry.RunConfig;

/**
 * Cancels a run whose loss is far above its lowest, after the warm-up.
 *
 * <p><b>Definition.</b> Score L_t / min L, this loss included. <b>Edges.</b> The warm-up is what
 * the run announced, none otherwise; NaN is silent. <b>Source.</b> OLMo {@code olmo/train.py}; off
 * unless set.
 */
final class EarlyStopping implements BaselineRule {
  private double lowest = Double.POSITIVE_INFINITY;
  private double warmup;

  @Override
  public void configure(RunConfig config) {
    warmup = config.number(ConfigField.WARMUP_STEPS).orElse(0);
  }

  @Override
  public double score(StepReading step) {
    double loss = step.loss();
    if (!StepReading.measured(loss) || Double.isNaN(loss)) {
      return Double.NaN;
    }
    lowest = Math.min(lowest, loss);
    return step.step() > warmup ? loss / lowest : Double.NaN;
  }
}
