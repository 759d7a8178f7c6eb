// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.sweep;

/**
 * A cell's results, in the order and by the names of the columns of {@code results.csv}.
 *
 * <p>Null: not known. NaN and ∞: known not to be finite.
 *
 * @param parameters without embedding and head
 * @param steps planned
 * @param tokens trained on
 * @param flops see {@link Flops}
 * @param message why it failed; no column
 */
record Row(
    Cell cell,
    Long parameters,
    Long parametersTotal,
    Long tokens,
    Double flops,
    Status status,
    Double initialLoss,
    Double loss,
    Double attentionLogitMax,
    long attentionLogitStep,
    Double attentionLogitMaxRun,
    Double gradRms,
    Double logZMean,
    Double seconds,
    String message) {
  /** A cell of which there is nothing but that it failed. */
  static Row failed(Cell cell, long logitStep, String message) {
    return new Row(
        cell,
        null,
        null,
        null,
        null,
        Status.FAILED,
        null,
        null,
        null,
        logitStep,
        null,
        null,
        null,
        null,
        message);
  }

  /** Whether there is a loss to compare, be it one that is not finite. */
  boolean hasLoss() {
    return loss != null && initialLoss != null && initialLoss > 0 && !(loss < 0);
  }

  /** The loss as it is drawn: at most the initial one, which is also that of one not finite. */
  double cappedLoss() {
    return loss < initialLoss ? loss : initialLoss;
  }
}
