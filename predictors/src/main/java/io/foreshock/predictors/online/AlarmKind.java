// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import java.util.Locale;

/** The kind of trouble that an alarm reports. The wire name is the lower-case name. */
public enum AlarmKind {
  ATTENTION_LOGIT_GROWTH,
  ATTENTION_ENTROPY_COLLAPSE,
  OUTPUT_LOGIT_DRIFT,
  GRADIENT_SPIKE,
  UPDATE_SPIKE,
  ADAM_BIMODALITY,
  EPSILON_FLOOR,
  LOSS_SPIKE,
  LOSS_DIVERGENCE,
  NONFINITE,
  DATA_REPETITION,
  STALLED,
  FORECAST_DIVERGENCE,
  LEARNING_RATE_TOO_HIGH,
  LOSS_PLATEAU,
  LOSS_ZERO,
  GRADIENT_ZERO,
  NOT_LEARNING,

  /** The training run does not fetch a command. The monitor raises it, not a detector. */
  COMMAND_UNANSWERED;

  /** Name in JSON. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
