// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.sweep;

/**
 * What became of a cell; {@link Column} gives its parts their names and order in the files.
 *
 * <p>Null: not known. NaN and ∞: known not to be finite.
 *
 * @param message why it failed; no column
 */
record CellResult(Cell cell, Status status, Cost cost, Measured measured, String message) {
  /**
   * What the training took.
   *
   * @param parameters without embedding and head
   * @param tokens trained on
   * @param flops see {@link Flops}
   */
  record Cost(Long parameters, Long parametersTotal, Long tokens, Double flops, Double seconds) {
    static final Cost UNKNOWN = new Cost(null, null, null, null, null);
  }

  /** What the training showed; {@link CellReader} says how each is measured. */
  record Measured(
      Double initialLoss,
      Double loss,
      Double attentionLogitMax,
      long attentionLogitStep,
      Double attentionLogitMaxRun,
      Double gradRms,
      Double logZMean) {}

  /** A cell of which there is nothing but that it failed. */
  static CellResult failed(Cell cell, long logitStep, String message) {
    Measured nothing = new Measured(null, null, null, logitStep, null, null, null);
    return new CellResult(cell, Status.FAILED, Cost.UNKNOWN, nothing, message);
  }

  /** Whether there is a loss to compare, be it one that is not finite. */
  boolean hasLoss() {
    return measured.loss != null
        && measured.initialLoss != null
        && measured.initialLoss > 0
        && !(measured.loss < 0);
  }

  /** The loss as it is drawn: at most the initial one, which is also that of one not finite. */
  double cappedLoss() {
    return measured.loss < measured.initialLoss ? measured.loss : measured.initialLoss;
  }
}
