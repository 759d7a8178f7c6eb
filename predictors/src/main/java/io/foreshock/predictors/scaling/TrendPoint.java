// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling;

/**
 * The measured quantity of one run of a sweep.
 *
 * @param parameters size of the model, without embedding and head; above 0
 * @param learningRate peak learning rate; above 0
 * @param value the measured quantity; above 0, infinite when it overflowed, NaN when it was not
 *     measured
 */
public record TrendPoint(double parameters, double learningRate, double value) {
  /** Checks the ranges. */
  public TrendPoint {
    positive("parameters", parameters);
    positive("learningRate", learningRate);
    if (value <= 0) {
      throw new IllegalArgumentException("value = " + value + ": expected above 0");
    }
  }

  /** Whether the value is finite. */
  boolean measured() {
    return Double.isFinite(value);
  }

  static void positive(String name, double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(name + " = " + value + ": expected a number above 0");
    }
  }

  /** The caveat that so many runs have no finite value. */
  static String leftOut(int runs, String value) {
    return runs == 1
        ? "1 run has no finite " + value + " and is left out of the fit"
        : runs + " runs have no finite " + value + " and are left out of the fit";
  }
}
