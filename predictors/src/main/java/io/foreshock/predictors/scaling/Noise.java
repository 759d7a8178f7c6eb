// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling;

import org.apache.commons.math3.distribution.TDistribution;

/**
 * Scatter of runs around a fit.
 *
 * @param deviation standard deviation of the residuals, in decades; NaN when there are none
 * @param quantile number of deviations to either side that hold 95 % of runs, by Student's t; NaN
 *     without residuals
 */
record Noise(double deviation, double quantile) {
  static final Noise UNKNOWN = new Noise(Double.NaN, Double.NaN);

  private static final double LEVEL = 0.95;

  /** Computes the noise from a sum of squared residuals and its degrees of freedom. */
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
