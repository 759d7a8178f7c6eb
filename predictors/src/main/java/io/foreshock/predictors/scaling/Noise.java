// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling;

import org.apache.commons.math3.distribution.TDistribution;

/**
 * How far runs lie off a fit.
 *
 * @param deviation standard deviation of the residuals, in decades; NaN when there are none
 * @param quantile how many deviations to either side hold 95 % of runs, by Student's t; NaN when
 *     there are no residuals
 */
record Noise(double deviation, double quantile) {
  static final Noise UNKNOWN = new Noise(Double.NaN, Double.NaN);

  private static final double LEVEL = 0.95;

  /** Of a sum of squared residuals and the degrees of freedom behind it. */
  static Noise of(double residualSquares, int degrees) {
    if (degrees == 0) {
      return UNKNOWN;
    }
    double quantile =
        new TDistribution(null, degrees).inverseCumulativeProbability((1 + LEVEL) / 2);
    return new Noise(Math.sqrt(residualSquares / degrees), quantile);
  }

  boolean known() {
    return !Double.isNaN(deviation);
  }

  /** Half the width of the interval for a new run where the leverage is h; NaN when unknown. */
  double half(double leverage) {
    return quantile * deviation * Math.sqrt(1 + leverage);
  }
}
