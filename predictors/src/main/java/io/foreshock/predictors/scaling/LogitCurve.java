// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling;

import io.foreshock.predictors.scaling.Crossing.Range;
import java.util.Arrays;
import java.util.function.DoubleFunction;

/**
 * The attention logit at one learning rate as a polynomial in the model's size.
 *
 * <p><b>Definition.</b> log10 z = c₀ + c₁ n + c₂ n² with n = log10 N. See {@link LogitGrowth}.
 */
public final class LogitCurve {
  /** Range in which a size is searched: up to 100 times outside of the fitted ones. */
  private static final double REACH_DECADES = 2;

  private final double learningRate;
  private final double[] coefficients;
  private final int points;
  private final Range sizes;
  private final Regression regression;
  private final DoubleFunction<double[]> row;
  private final Noise noise;
  private final double limit;

  LogitCurve(
      double learningRate,
      double[] coefficients,
      int points,
      Range sizes,
      Regression regression,
      DoubleFunction<double[]> row,
      Noise noise,
      double limit) {
    this.learningRate = learningRate;
    this.coefficients = Arrays.copyOf(coefficients, 3);
    this.points = points;
    this.sizes = sizes;
    this.regression = regression;
    this.row = row;
    this.noise = noise;
    this.limit = limit;
  }

  /** The peak learning rate. */
  public double learningRate() {
    return learningRate;
  }

  /** c₀, c₁, c₂; c₂ is 0 where the fit is a line. */
  public double[] coefficients() {
    return coefficients.clone();
  }

  /** Number of fitted runs at this learning rate. */
  public int points() {
    return points;
  }

  /** Standard deviation of runs around the fit, in decades; NaN without residuals. */
  public double deviationDecades() {
    return noise.deviation();
  }

  /** Predicts the logit of a run of that size. */
  public Prediction predict(double parameters) {
    TrendPoint.positive("parameters", parameters);
    double n = Math.log10(parameters);
    double value = value(n);
    double half = half(n);
    return Prediction.ofLog10(parameters, learningRate, value, half, sizes.outside(n));
  }

  /**
   * Returns the size at which the logit reaches the limit, searched up to 100 times outside of the
   * fitted sizes.
   */
  public Crossing criticalParameters() {
    double log = Math.log10(limit);
    return Crossing.of(
        new Crossing.Excess(
            n -> value(n) + half(n) - log, n -> value(n) - log, n -> value(n) - half(n) - log),
        sizes,
        sizes.widened(REACH_DECADES));
  }

  private double value(double n) {
    return regression.value(row.apply(n));
  }

  private double half(double n) {
    return noise.half(regression.leverage(row.apply(n)));
  }
}
