// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.forecast;

import java.util.Locale;

/**
 * The signals that a run sends; each level includes all levels before it. The forecast has weights
 * for every level, fitted to runs with the signals of that level only.
 */
public enum Scope {
  /** The loss alone. */
  LOSS,
  /** Also the gradient norm. */
  NORM,
  /** Also the learning rate. */
  RATE,
  /** Also the update and the output logits. */
  STEP,
  /** Also the layers. */
  LAYERS;

  /** Name in the model's file. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
