// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.sweep;

import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The values of one signal of a run, in order. Without values, every summary is null. */
final class SignalLog {
  private double[] values = new double[256];
  private int size;

  /**
   * Adds the signal's value.
   *
   * @param absent value to add when the sample lacks the signal; null to add nothing
   */
  void add(Sample sample, Signal signal, @Nullable Double absent) {
    if (sample.has(signal)) {
      add(sample.get(signal));
    } else if (absent != null) {
      add(absent);
    }
  }

  void add(double value) {
    if (size == values.length) {
      values = Arrays.copyOf(values, 2 * size);
    }
    values[size++] = value;
  }

  int size() {
    return size;
  }

  @Nullable Double first() {
    return size == 0 ? null : (Double) values[0];
  }

  /**
   * Arithmetic mean of the last values; non-finite when one of them is.
   *
   * @param part the share of all values to use
   * @param fewest the least number of values to use
   */
  @Nullable Double meanOfLast(double part, int fewest) {
    return size == 0 ? null : Arrays.stream(last(part, fewest)).average().orElseThrow();
  }

  /** Geometric mean of the last values, which must not be negative; see {@link #meanOfLast}. */
  @Nullable Double geometricMeanOfLast(double part, int fewest) {
    return size == 0
        ? null
        : Math.exp(Arrays.stream(last(part, fewest)).map(Math::log).average().orElseThrow());
  }

  /** Median; for an even number of values it is the mean of the middle two. */
  @Nullable Double median() {
    if (size == 0) {
      return null;
    }
    double[] sorted = Arrays.copyOf(values, size);
    Arrays.sort(sorted);
    return (sorted[(size - 1) / 2] + sorted[size / 2]) / 2;
  }

  private double[] last(double part, int fewest) {
    int count = Math.min(size, Math.max(fewest, (int) Math.ceil(part * size)));
    return Arrays.copyOfRange(values, size - count, size);
  }
}
