// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.evaluation.baseline;

import java.util.Arrays;

/** The newest values of a signal. A NaN among them makes every statistic NaN, as in the rules. */
final class Recent {
  private final double[] values;
  private int size;
  private int next;

  Recent(int capacity) {
    values = new double[capacity];
  }

  void add(double value) {
    values[next] = value;
    next = next + 1 == values.length ? 0 : next + 1;
    size = Math.min(size + 1, values.length);
  }

  int size() {
    return size;
  }

  boolean full() {
    return size == values.length;
  }

  double mean() {
    double sum = 0;
    for (int i = 0; i < size; i++) {
      sum += values[i];
    }
    return sum / size;
  }

  /** Standard deviation with {@code size − degreesLost} in the denominator. */
  double deviation(int degreesLost) {
    double mean = mean();
    double sum = 0;
    for (int i = 0; i < size; i++) {
      sum += (values[i] - mean) * (values[i] - mean);
    }
    return Math.sqrt(sum / (size - degreesLost));
  }

  /** A copy, in no order. */
  double[] copy() {
    return Arrays.copyOf(values, size);
  }

  /** A copy in rising order; NaN last. */
  double[] sorted() {
    double[] copy = copy();
    Arrays.sort(copy);
    return copy;
  }
}
