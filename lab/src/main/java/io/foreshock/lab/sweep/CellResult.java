// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.sweep;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The result of a cell. {@link Column} gives its parts their names and order in the files.
 *
 * <p>A value is null when it is unknown, and NaN or ∞ when it was measured but not finite.
 *
 * @param message why the cell failed; null when it did not
 */
record CellResult(
    Cell cell, Status status, Cost cost, Measured measured, @Nullable String message) {
  /**
   * The cost of the training.
   *
   * @param parameters number of parameters without embedding and head
   * @param tokens number of tokens trained on
   * @param flops floating-point operations; see {@link Flops}
   */
  record Cost(
      @Nullable Long parameters,
      @Nullable Long parametersTotal,
      @Nullable Long tokens,
      @Nullable Double flops,
      @Nullable Double seconds) {
    static final Cost UNKNOWN = new Cost(null, null, null, null, null);
  }

  /** The measurements of the training; {@link CellReader} defines each. */
  record Measured(
      @Nullable Double initialLoss,
      @Nullable Double loss,
      @Nullable Double attentionLogitMax,
      long attentionLogitStep,
      @Nullable Double attentionLogitMaxRun,
      @Nullable Double gradRms,
      @Nullable Double logZMean) {}

  /** The losses that are compared between cells; the last one may be non-finite. */
  record Losses(double initial, double last) {}

  /** A cell that failed. */
  static CellResult failed(Cell cell, long logitStep, @Nullable String message) {
    Measured nothing = new Measured(null, null, null, logitStep, null, null, null);
    return new CellResult(cell, Status.FAILED, Cost.UNKNOWN, nothing, message);
  }

  /** The initial and the last loss; empty when they are unknown or cannot be compared. */
  Optional<Losses> losses() {
    Double initial = measured.initialLoss;
    Double last = measured.loss;
    return initial == null || last == null || !(initial > 0) || last < 0
        ? Optional.empty()
        : Optional.of(new Losses(initial, last));
  }

  /** The loss as it is drawn: the initial loss if the last one is higher or not finite. */
  double cappedLoss() {
    Losses losses = losses().orElseThrow();
    return losses.last < losses.initial ? losses.last : losses.initial;
  }
}
