// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.forecast;

/**
 * The forecast of a run at one step.
 *
 * @param probability of divergence within the horizon, 0…1; NaN while there are too few losses
 * @param horizonSteps the horizon
 * @param etaSteps most likely steps until divergence; NaN when none is expected
 * @param low lower end of the ETA's 80 % interval; NaN when no divergence is expected
 * @param high upper end; may be infinite
 */
public record Forecast(
    double probability, int horizonSteps, double etaSteps, double low, double high) {

  /** No forecast yet. */
  public static final Forecast NONE =
      new Forecast(Double.NaN, 0, Double.NaN, Double.NaN, Double.NaN);
}
