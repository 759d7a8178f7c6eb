// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling;

/**
 * What a fit expects of one run.
 *
 * @param parameters its size
 * @param learningRate its peak learning rate
 * @param value the expected quantity
 * @param low lower end of the interval that 95 % of such runs lie in; NaN when no residuals tell
 * @param high upper end; NaN when no residuals tell
 * @param decadesOutside how far the size lies outside of the fitted ones, in powers of ten; 0
 *     within
 */
public record Prediction(
    double parameters,
    double learningRate,
    double value,
    double low,
    double high,
    double decadesOutside) {

  /** Of a value in decades and half of its interval's width. */
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
