// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.forecast;

import java.util.Locale;

/**
 * How much of a run is told, each level with all of those before it. The forecast has weights for
 * every level, fitted to runs of which no more was told.
 */
public enum Scope {
  /** The loss alone. */
  LOSS,
  /** And the gradient's norm. */
  NORM,
  /** And the learning rate. */
  RATE,
  /** And the update and the output logits. */
  STEP,
  /** And the layers. */
  LAYERS;

  /** Name in the model's file. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
