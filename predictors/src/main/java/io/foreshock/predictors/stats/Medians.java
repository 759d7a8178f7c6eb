// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.stats;

/**
 * Medians by selection, in place.
 *
 * <p><b>Cost.</b> O(n) expected (Hoare 1961, "Find"), no allocation. The processor cannot predict
 * comparisons of noisy values. So every value is moved, and only the border depends on the
 * comparison; this takes less than half the time at 64 values.
 */
public final class Medians {
  /** Makes the median absolute deviation estimate σ of a normal distribution. */
  public static final double MAD_TO_SIGMA = 1.4826;

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
      lower = values[i] > lower ? values[i] : lower;
    }
    return lower + (upper - lower) / 2;
  }

  /** Brings the k-th smallest to index k, smaller ones before it, and returns it. */
  private static double select(double[] values, int first, int last, int k) {
    int low = first;
    int high = last;
    while (low < high) {
      double pivot = middle(values[low], values[low + high >>> 1], values[high]);
      int below = low;
      for (int i = low; i <= high; i++) {
        double value = values[i];
        values[i] = values[below];
        values[below] = value;
        below += value < pivot ? 1 : 0;
      }
      int upTo = below;
      for (int i = below; i <= high; i++) { // values equal to the pivot follow
        double value = values[i];
        values[i] = values[upTo];
        values[upTo] = value;
        upTo += value <= pivot ? 1 : 0;
      }
      if (k < below) {
        high = below - 1;
      } else if (k < upTo) {
        return pivot;
      } else {
        low = upTo;
      }
    }
    return values[k];
  }

  private static double middle(double a, double b, double c) {
    return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
  }
}
