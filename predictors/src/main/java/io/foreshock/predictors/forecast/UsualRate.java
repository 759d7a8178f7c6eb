// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.forecast;

import io.foreshock.predictors.telemetry.ConfigField;
import io.foreshock.predictors.telemetry.RunConfig;
import io.foreshock.predictors.telemetry.VariantField;
import java.util.Locale;

/**
 * The usual peak learning rate of runs with an announced configuration.
 *
 * <p><b>Definition.</b> AdamW: {@value #ADAMW_TIMES_WIDTH} / width; from {@value #LEAST_PARAMETERS}
 * parameters N on at least {@value #STEP_LAW} · N^{@value #STEP_LAW_PARAMETERS} · D^{@value
 * #STEP_LAW_TOKENS}, D the planned tokens ({@value #TOKENS_A_PARAMETER} N unless announced); Lion:
 * {@value #LION_OF_ADAMW} of that; SGD: {@value #SGD}; with qk-layernorm {@value
 * #WITH_QK_LAYERNORM} times as much.
 *
 * <p><b>Edges.</b> NaN without a width where it is needed, and for other optimizers, because the
 * usual learning rates of Muon and Adafactor are tens of times higher. Also NaN with muParam, whose
 * learning rate is that of another width. A run that does not name its optimizer counts as AdamW.
 * <b>Source.</b> Brown et al. 2020, table 2.1; Chen et al. 2023 (Lion: 3 to 10 times lower);
 * Wortsman et al. 2023, fig. 1 (qk-layernorm: ten times higher); Step Law, arXiv 2503.04715, whose
 * smallest models have 6e7 parameters (median of 1,000 bootstrap fits).
 */
public final class UsualRate {
  private static final double ADAMW_TIMES_WIDTH = 0.5;
  private static final double LEAST_PARAMETERS = 1e7;

  /** exp(0.5780). */
  private static final double STEP_LAW = 1.782;

  private static final double STEP_LAW_PARAMETERS = -0.7122;
  private static final double STEP_LAW_TOKENS = 0.3070;
  private static final double TOKENS_A_PARAMETER = 20;
  private static final double LION_OF_ADAMW = 0.1;
  private static final double SGD = 0.1;
  private static final double WITH_QK_LAYERNORM = 10;

  private UsualRate() {}

  /** Returns the usual peak learning rate. */
  public static double of(RunConfig config) {
    String optimizer = config.text(ConfigField.OPTIMIZER).orElse("").toLowerCase(Locale.ROOT);
    double tolerated = config.flag(ConfigField.QK_LAYERNORM).orElse(false) ? WITH_QK_LAYERNORM : 1;
    if (optimizer.contains("sgd")) {
      return SGD * tolerated;
    }
    boolean known = optimizer.isEmpty() || optimizer.contains("adam") || optimizer.contains("lion");
    if (!known || scalesWithWidth(config)) {
      return Double.NaN;
    }
    double byWidth = ADAMW_TIMES_WIDTH / config.number(ConfigField.WIDTH).orElse(Double.NaN);
    double adamw = Math.max(byWidth, stepLaw(config));
    return tolerated * (optimizer.contains("lion") ? LION_OF_ADAMW * adamw : adamw);
  }

  /** The rate of Step Law; 0 for models smaller than its own, and without a size. */
  private static double stepLaw(RunConfig config) {
    double parameters =
        config
            .number(ConfigField.PARAMETERS_NON_EMBEDDING)
            .orElse(config.number(ConfigField.PARAMETERS).orElse(0));
    if (parameters < LEAST_PARAMETERS) {
      return 0;
    }
    double planned =
        config.number(ConfigField.BATCH_TOKENS).orElse(0)
            * config.number(ConfigField.TOTAL_STEPS).orElse(0);
    double tokens = planned > 0 ? planned : TOKENS_A_PARAMETER * parameters;
    return STEP_LAW * Math.pow(parameters, STEP_LAW_PARAMETERS) * Math.pow(tokens, STEP_LAW_TOKENS);
  }

  private static boolean scalesWithWidth(RunConfig config) {
    return VariantField.MU_PARAM
        .of(config)
        .filter(value -> !VariantField.MU_PARAM.usual().equalsIgnoreCase(String.valueOf(value)))
        .isPresent();
  }
}
