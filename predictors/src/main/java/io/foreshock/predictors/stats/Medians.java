// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.stats;

/**
 * Medians by selection, in place.
 *
 * <p><b>Cost.</b> O(n) expected (Hoare 1961, "Find"), no allocation.
 */
public final class Medians {
  private Medians() {}

  /**
   * The median of {@code values[from, to)}, the mean of the middle two when their number is even;
   * NaN when there are none. The range is reordered; it must hold finite values.
   */
  public static double of(double[] values, int from, int to) {
    int count = to - from;
    if (count == 0) {
      return Double.NaN;
    }
    int middle = from + count / 2;
    double upper = select(values, from, to - 1, middle);
    if (count % 2 == 1) {
      return upper;
    }
    double lower = values[from];
    for (int i = from + 1; i < middle; i++) {
      lower = Math.max(lower, values[i]);
    }
    return lower + (upper - lower) / 2;
  }

  /** Brings the k-th smallest to index k, smaller ones before it, and returns it. */
  private static double select(double[] values, int first, int last, int k) {
    int low = first;
    int high = last;
    while (low < high) {
      double pivot = values[k];
      int i = low;
      int j = high;
      while (i <= j) {
        while (values[i] < pivot) {
          i++;
        }
        while (values[j] > pivot) {
          j--;
        }
        if (i <= j) {
          double swap = values[i];
          values[i++] = values[j];
          values[j--] = swap;
        }
      }
      if (j < k) {
        low = i;
      }
      if (k < i) {
        high = j;
      }
    }
    return values[k];
  }
}
