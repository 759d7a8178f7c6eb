// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.forecast;

/**
 * What is expected of a run from here.
 *
 * @param probability of divergence within the horizon, 0…1; NaN while there is no basis
 * @param horizonSteps the horizon
 * @param etaSteps most likely steps until divergence; NaN when none is expected
 * @param low lower end of the ETA's 80 % interval; NaN likewise
 * @param high upper end, may be infinite
 */
public record Forecast(
    double probability, int horizonSteps, double etaSteps, double low, double high) {

  /** Nothing foretold yet. */
  public static final Forecast NONE =
      new Forecast(Double.NaN, 0, Double.NaN, Double.NaN, Double.NaN);
}
