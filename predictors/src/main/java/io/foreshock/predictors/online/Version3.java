// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.scaling.Preflight;
import io.foreshock.predictors.scaling.TrendSignal;
import io.foreshock.predictors.telemetry.Signal;
import java.util.List;
import java.util.Map;

/**
 * Order of the enum values in states of version 3, which saved numbers instead of names. These
 * lists never change, even when the enums do.
 */
final class Version3 {
  static final long NUMBER = 3;

  static final Map<Class<?>, List<String>> ORDERS =
      Map.of(
          AlarmKind.class,
          List.of(
              "ATTENTION_LOGIT_GROWTH",
              "ATTENTION_ENTROPY_COLLAPSE",
              "OUTPUT_LOGIT_DRIFT",
              "GRADIENT_SPIKE",
              "UPDATE_SPIKE",
              "ADAM_BIMODALITY",
              "EPSILON_FLOOR",
              "LOSS_SPIKE",
              "LOSS_DIVERGENCE",
              "NONFINITE",
              "DATA_REPETITION",
              "STALLED",
              "FORECAST_DIVERGENCE",
              "LEARNING_RATE_TOO_HIGH",
              "LOSS_PLATEAU",
              "COMMAND_UNANSWERED"),
          Severity.class,
          List.of("INFO", "WARNING", "CRITICAL"),
          Alarm.State.class,
          List.of("OPEN", "UPDATE", "CLOSED"),
          Preflight.Verdict.class,
          List.of("STABLE", "UNCERTAIN", "UNSTABLE", "NO_BASIS"),
          TrendSignal.class,
          List.of("LOSS", "ATTENTION_LOGIT_MAX", "GRAD_RMS"),
          Signal.class,
          List.of(
              "LOSS",
              "LEARNING_RATE",
              "TOKENS",
              "BATCH",
              "GRAD_NORM",
              "UPDATE_RMS",
              "PARAM_NORM",
              "LOGIT_MEAN",
              "LOGIT_MAX",
              "LOG_Z_MEAN",
              "LOG_Z_SQUARE_MEAN",
              "STEP_SECONDS",
              "ATTENTION_LOGIT_MAX",
              "ATTENTION_ENTROPY",
              "GRAD_RMS",
              "PARAM_RMS",
              "LAYER_UPDATE_RMS",
              "RMS_RATIO",
              "UPDATE_ABS_GT_HALF",
              "OUTPUT_RMS"));

  private Version3() {}
}
