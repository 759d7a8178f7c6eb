// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.telemetry;

import org.jspecify.annotations.Nullable;

/**
 * A kind of telemetry line that the predictors understand. Any other is stored and charted only.
 */
public enum Measurement {
  /** The run's configuration: once at the start and again after a restart. */
  RUN_CONFIG("run_config"),
  /** One line per optimizer step. */
  TRAIN_STEP("train_step"),
  /** One line per layer and step, or every k-th step; optionally per attention head. */
  TRAIN_LAYER("train_layer"),
  /**
   * One loss of an evaluation. {@link #of} does not find it, because a line may hold several, and
   * those of steps hold some too: {@link EvaluationLosses} reads them.
   */
  EVALUATION("evaluation");

  private final String wireName;

  Measurement(String wireName) {
    this.wireName = wireName;
  }

  /** Name in the line protocol. */
  public String wireName() {
    return wireName;
  }

  /** Returns the measurement of that name, or null when the predictors do not read it. */
  public static @Nullable Measurement of(String wireName) {
    return switch (wireName) {
      case "train_step" -> TRAIN_STEP;
      case "train_layer" -> TRAIN_LAYER;
      case "run_config" -> RUN_CONFIG;
      default -> null;
    };
  }

  /** The measurement of that name if its lines are of a step or a layer; null otherwise. */
  public static @Nullable Measurement ofSamples(String name) {
    Measurement measurement = of(name);
    return measurement == TRAIN_STEP || measurement == TRAIN_LAYER ? measurement : null;
  }
}
