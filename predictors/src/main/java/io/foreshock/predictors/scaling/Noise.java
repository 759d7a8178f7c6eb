// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling;

import org.apache.commons.math3.distribution.TDistribution;

/**
 * How far runs lie off a fit.
 *
 * @param deviation standard deviation of the residuals, in decades; NaN when there are none
 * @param degrees degrees of freedom behind it; 0 when there are none
 */
record Noise(double deviation, int degrees) {
  /** Share of runs that a prediction's interval is to hold. */
  static final double LEVEL = 0.95;

  static final Noise UNKNOWN = new Noise(Double.NaN, 0);

  static Noise of(double residualSquares, int degrees) {
    return degrees == 0 ? UNKNOWN : new Noise(Math.sqrt(residualSquares / degrees), degrees);
  }

  boolean known() {
    return degrees > 0;
  }

  /** Half the width of the interval for a new run where the leverage is h; NaN when unknown. */
  double half(double leverage) {
    return known() ? quantile() * deviation * Math.sqrt(1 + leverage) : Double.NaN;
  }

  private double quantile() {
    return new TDistribution(null, degrees).inverseCumulativeProbability((1 + LEVEL) / 2);
  }
}
