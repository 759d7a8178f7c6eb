// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.telemetry;

import java.util.Locale;

/** What a run's loss is, as it announced in {@code objective}. */
public enum TrainingObjective {
  CROSS_ENTROPY(true),
  PREFERENCE(true),
  REGRESSION(true),
  DIFFUSION(true),
  /** Of reinforcement learning: around 0, and no measure of progress. */
  POLICY(false),
  /** Of two models against each other. */
  ADVERSARIAL(false),
  /** Not announced, or another word: decided from the values. */
  OTHER(true);

  private final boolean likelihood;

  TrainingObjective(boolean likelihood) {
    this.likelihood = likelihood;
  }

  /** The objective that a run announced. */
  public static TrainingObjective of(RunConfig config) {
    String name = config.text(ConfigField.OBJECTIVE).orElse("").toUpperCase(Locale.ROOT);
    for (TrainingObjective objective : values()) {
      if (objective.name().equals(name)) {
        return objective;
      }
    }
    return OTHER;
  }

  /**
   * Whether the loss is above 0 and falls while the run learns, so that shares of it mean
   * something.
   */
  public boolean isLikelihood() {
    return likelihood;
  }
}
