// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling;

import io.foreshock.predictors.stats.State;

/**
 * Expected values of a signal, step by step, with the interval of a new run.
 *
 * <p><b>Shapes.</b> One entry for each known step, rising. Between two steps the logarithms are
 * interpolated in the logarithm of the step; outside of them there is no expected value.
 *
 * @param signal the signal
 * @param steps steps of the run
 * @param expected expected values, above 0
 * @param factor 95 % of such runs lie within expected / factor and expected · factor; at least 1
 */
public record Band(TrendSignal signal, long[] steps, double[] expected, double[] factor) {

  /** Returns the expected value at a step; NaN outside of the band's steps. */
  public double expected(long step) {
    return interpolated(expected, step);
  }

  /** Returns the factor at a step; NaN outside of the band's steps. */
  public double factor(long step) {
    return interpolated(factor, step);
  }

  /** Whether the band has no steps. */
  public boolean empty() {
    return steps.length == 0;
  }

  /**
   * Returns the first step at which the signal is expected beyond a limit, on its bad side; −1 when
   * there is none, or when the limit is NaN.
   */
  public long firstBeyond(double limit) {
    for (int i = 0; i < steps.length; i++) {
      if (signal.worse() * expected[i] > signal.worse() * limit) {
        return steps[i];
      }
    }
    return -1;
  }

  /** Saves the band, or restores one. */
  public static Band exchanged(Band current, State state) {
    TrendSignal signal = state.requiredConstant(TrendSignal.class, current.signal);
    int size = (int) state.integer(current.steps.length);
    boolean same = !state.restoring();
    Band next =
        same ? current : new Band(signal, new long[size], new double[size], new double[size]);
    for (int i = 0; i < size; i++) {
      next.steps[i] = state.integer(next.steps[i]);
    }
    state.reals(next.expected);
    state.reals(next.factor);
    return next;
  }

  private double interpolated(double[] values, long step) {
    for (int i = 0; i + 1 < steps.length; i++) {
      if (step >= steps[i] && step <= steps[i + 1]) {
        double share =
            Math.log((double) step / steps[i]) / Math.log((double) steps[i + 1] / steps[i]);
        return values[i] * Math.pow(values[i + 1] / values[i], share);
      }
    }
    return Double.NaN;
  }
}
