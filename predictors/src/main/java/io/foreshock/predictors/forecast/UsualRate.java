// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.forecast;

import io.foreshock.predictors.telemetry.ConfigField;
import io.foreshock.predictors.telemetry.RunConfig;
import io.foreshock.predictors.telemetry.VariantField;
import java.util.Locale;

/**
 * The usual peak learning rate of runs with an announced configuration.
 *
 * <p><b>Definition.</b> AdamW: {@value #ADAMW_TIMES_WIDTH} / width; Lion: {@value #LION_OF_ADAMW}
 * of that; SGD: {@value #SGD}; with qk-layernorm {@value #WITH_QK_LAYERNORM} times as much.
 *
 * <p><b>Edges.</b> NaN without a width where it is needed, and for other optimizers, because the
 * usual learning rates of Muon and Adafactor are tens of times higher. Also NaN with muParam, whose
 * learning rate is that of another width. A run that does not name its optimizer counts as AdamW.
 * <b>Source.</b> Brown et al. 2020, table 2.1; Chen et al. 2023 (Lion: 3 to 10 times lower);
 * Wortsman et al. 2023, fig. 1 (qk-layernorm: ten times higher).
 */
public final class UsualRate {
  private static final double ADAMW_TIMES_WIDTH = 0.5;
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
    double adamw = ADAMW_TIMES_WIDTH / config.number(ConfigField.WIDTH).orElse(Double.NaN);
    return tolerated * (optimizer.contains("lion") ? LION_OF_ADAMW * adamw : adamw);
  }

  private static boolean scalesWithWidth(RunConfig config) {
    return VariantField.MU_PARAM
        .of(config)
        .filter(value -> !VariantField.MU_PARAM.usual().equalsIgnoreCase(String.valueOf(value)))
        .isPresent();
  }
}
