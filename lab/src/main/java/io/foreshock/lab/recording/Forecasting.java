// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording;

import io.foreshock.predictors.forecast.DivergenceModel;
import io.foreshock.predictors.online.RunWatch;

/**
 * How runs are forecast.
 *
 * @param horizonSteps how far ahead
 * @param model by which weights
 */
public record Forecasting(int horizonSteps, DivergenceModel model) {
  public RunWatch watch(String run) {
    return new RunWatch(run, horizonSteps, model);
  }
}
