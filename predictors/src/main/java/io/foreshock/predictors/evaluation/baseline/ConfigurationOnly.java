// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.evaluation.baseline;

import io.foreshock.predictors.forecast.UsualRate;
import io.foreshock.predictors.telemetry.ConfigField;
import io.foreshock.predictors.telemetry.RunConfig;
import java.util.OptionalDouble;

/**
 * Judges a run by its configuration alone: by how far its peak learning rate is above the usual
 * one.
 *
 * <p><b>Definition.</b> Score log₁₀(learning rate / usual) − 1 with qk-layernorm, from step {@value
 * #FROM} on. Usual: 0.5 / width for AdamW and anything unknown (which matches GPT-3's table at
 * every size), a tenth of it for Lion, 0.1 for SGD. 1 = ten times the usual learning rate.
 *
 * <p><b>Edges.</b> Silent without a learning rate, or without a width where it is needed.
 * <b>Source.</b> Our own, to measure what telemetry adds; Brown et al. 2020, table 2.1; Chen et al.
 * 2023 (Lion: 3 to 10 times lower); Wortsman et al. 2023, fig. 1 (qk-layernorm: ten times higher).
 */
final class ConfigurationOnly implements BaselineRule {
  private static final long FROM = 21;

  private double score = Double.NaN;

  @Override
  public void configure(RunConfig config) {
    OptionalDouble rate = config.number(ConfigField.LEARNING_RATE);
    score = Math.log10(rate.orElse(Double.NaN) / UsualRate.of(config));
  }

  @Override
  public double score(StepReading step) {
    return step.step() >= FROM ? score : Double.NaN;
  }
}
