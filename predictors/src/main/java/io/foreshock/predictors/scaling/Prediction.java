// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling;

/**
 * The prediction of a fit for one run.
 *
 * @param parameters size of the run
 * @param learningRate its peak learning rate
 * @param value the expected quantity
 * @param low lower end of the interval of 95 % of such runs; NaN without residuals
 * @param high upper end; NaN without residuals
 * @param decadesOutside distance of the size from the fitted ones, in powers of ten; 0 within them
 */
public record Prediction(
    double parameters,
    double learningRate,
    double value,
    double low,
    double high,
    double decadesOutside) {

  /** Creates a prediction from a value in decades and half of its interval's width. */
  static Prediction ofLog10(
      double parameters, double learningRate, double value, double half, double decadesOutside) {
    return new Prediction(
        parameters,
        learningRate,
        Math.pow(10, value),
        Math.pow(10, value - half),
        Math.pow(10, value + half),
        decadesOutside);
  }
}
