// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.forecast;

import java.util.Locale;

/** Signals that the forecast treats as one: a run sends a group when it sends any signal of it. */
public enum SignalGroup {
  /** The gradient norm. */
  NORM("grad_norm"),
  /** The learning rate; also what the configuration says about it. */
  RATE("learning_rate"),
  /** The update and the output logits. */
  STEP("update_rms, logit_max or log_z_square_mean"),
  /** Attention, updates and gradients of layers. */
  LAYERS("signals of layers");

  private final String signals;

  SignalGroup(String signals) {
    this.signals = signals;
  }

  /** Name in the model's file. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Its signals, for a message. */
  public String signals() {
    return signals;
  }
}
