// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.evaluation.baseline;

/**
 * Counts a loss far above the largest of the first steps as a broken computation.
 *
 * <p><b>Definition.</b> Score |L_t| / M, M = max |L| over the first {@value #SAMPLES} losses, then
 * frozen. <b>Edges.</b> Silent until then; non-finite losses are ignored. <b>Source.</b>
 * Megatron-Core {@code rerun_state_machine.py}; factor 10.
 */
final class SpikyLoss implements BaselineRule {
  private static final int SAMPLES = 100;

  private double largest;
  private int seen;

  @Override
  public double score(StepReading step) {
    double size = Math.abs(step.loss());
    if (!Double.isFinite(size)) {
      return Double.NaN;
    }
    if (seen < SAMPLES) {
      seen++;
      largest = Math.max(largest, size);
      return Double.NaN;
    }
    return size / largest;
  }
}
