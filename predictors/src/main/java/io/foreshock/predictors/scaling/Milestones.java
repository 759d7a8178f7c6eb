// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling;

import io.foreshock.predictors.stats.State;
import java.util.Arrays;

/**
 * Values of one signal at the steps at which runs of different length and size are compared.
 *
 * <p><b>Definition.</b> {@value #COUNT} milestones, {@value #PER_DECADE} a decade from step {@value
 * #FIRST} on: sₖ = round({@value #FIRST} · 10^(k/{@value #PER_DECADE})). The value of a milestone
 * is the exponential average over {@value #MEMORY} samples of the signal's logarithm at the first
 * sample from sₖ on, if that is before sₖ₊₁; otherwise NaN. It is also NaN where the signal was not
 * positive and finite.
 *
 * <p><b>Threads.</b> Not safe. <b>Cost.</b> O(1) a sample; 8 bytes a milestone.
 */
final class Milestones {
  static final int COUNT = 49;

  private static final int FIRST = 10;
  private static final int PER_DECADE = 8;
  private static final double MEMORY = 8;
  private static final long[] STEPS = new long[COUNT + 1];

  static {
    for (int k = 0; k <= COUNT; k++) {
      STEPS[k] = Math.round(FIRST * Math.pow(10, (double) k / PER_DECADE));
    }
  }

  private final double[] values = new double[COUNT];
  private double average = Double.NaN;
  private double samples;
  private int passed;

  Milestones() {
    Arrays.fill(values, Double.NaN);
  }

  /** Step of the k-th milestone. */
  static long step(int k) {
    return STEPS[k];
  }

  /** Adds a value; one that is not positive and finite is ignored. */
  void add(long step, double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      return;
    }
    samples = Math.min(samples + 1, MEMORY);
    double log = Math.log(value);
    average = samples == 1 ? log : average + (log - average) / samples;
    if (passed == COUNT || step < STEPS[passed]) {
      return;
    }
    while (passed < COUNT && step >= STEPS[passed + 1]) {
      passed++;
    }
    if (passed < COUNT) {
      values[passed++] = Math.exp(average);
    }
  }

  /** The current smoothed signal; NaN before the first sample. */
  double now() {
    return Math.exp(average);
  }

  /** The values so far, by milestone. */
  double[] values() {
    return values.clone();
  }

  void exchange(State state) {
    state.reals(values);
    average = state.real(average);
    samples = state.real(samples);
    passed = (int) state.integer(passed);
  }
}
