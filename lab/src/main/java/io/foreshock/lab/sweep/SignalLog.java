// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.sweep;

import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.Arrays;

/** What a run said of one signal, in order. Every summary of nothing is null. */
final class SignalLog {
  private double[] values = new double[256];
  private int size;

  /**
   * Adds the signal's value.
   *
   * @param absent what stands for it when the sample lacks it; null: nothing does
   */
  void add(Sample sample, Signal signal, Double absent) {
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

  Double first() {
    return size == 0 ? null : (Double) values[0];
  }

  /** Arithmetic mean of a part at the end, at least so many; not finite when one of them is not. */
  Double meanOfLast(double part, int fewest) {
    return size == 0 ? null : Arrays.stream(last(part, fewest)).average().orElseThrow();
  }

  /** Geometric mean of a part at the end; of values from 0. */
  Double geometricMeanOfLast(double part, int fewest) {
    return size == 0
        ? null
        : Math.exp(Arrays.stream(last(part, fewest)).map(Math::log).average().orElseThrow());
  }

  /** Median: of an even number the mean of the middle two. */
  Double median() {
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
