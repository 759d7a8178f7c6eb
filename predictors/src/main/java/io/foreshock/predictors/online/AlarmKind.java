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
  DROPPED_TOKENS,
  ROUTER_ENTROPY_COLLAPSE,
  EXPERT_OVERLOAD,
  ROUTER_BIAS_GROWTH,
  POLICY_COLLAPSE,
  KL_GROWTH,
  NO_REWARD_SPREAD,
  ROLLOUT_MISMATCH,
  EVALUATION_REGRESSION,
  STEPS_SKIPPED,
  LOSS_SCALE_COLLAPSE,
  PARAM_NORM_GROWTH,
  UPDATE_CLIPPING,
  THROUGHPUT_DROP,
  STRAGGLER,
  LOSS_FLOOR,

  /** A rule of the user's own; each has a name, which follows in the alarm's kind. */
  RULE,

  /** The training run does not fetch a command. The monitor raises it, not a detector. */
  COMMAND_UNANSWERED;

  /** Name in JSON. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
