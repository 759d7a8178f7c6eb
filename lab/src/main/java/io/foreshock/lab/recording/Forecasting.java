// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording;

import io.foreshock.predictors.forecast.DivergenceModel;
import io.foreshock.predictors.online.RunWatch;

/**
 * The settings of the forecast.
 *
 * @param horizonSteps how far ahead the forecast looks, steps
 * @param model the weights of the forecast
 */
public record Forecasting(int horizonSteps, DivergenceModel model) {
  public RunWatch watch(String run) {
    return new RunWatch(run, horizonSteps, model);
  }
}
