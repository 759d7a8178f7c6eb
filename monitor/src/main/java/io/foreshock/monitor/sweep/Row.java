// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.sweep;

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

  /**
   * The loss as learning-rate sensitivity takes it: at most the initial one, which is also that of
   * a run whose loss is not finite; NaN when one of them is not known.
   */
  double cappedLoss() {
    if (loss == null || initialLoss == null) {
      return Double.NaN;
    }
    return Double.isFinite(loss) ? Math.min(loss, initialLoss) : initialLoss;
  }
}
