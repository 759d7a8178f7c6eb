// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording;

import io.foreshock.predictors.forecast.DivergenceModel;
import io.foreshock.predictors.online.Rule;
import io.foreshock.predictors.online.RunWatch;
import java.util.List;

/**
 * The settings of the predictors.
 *
 * @param horizonSteps how far ahead the forecast looks, steps
 * @param model the weights of the forecast
 * @param rules of the user's own
 */
public record Forecasting(int horizonSteps, DivergenceModel model, List<Rule> rules) {
  /** A watch over a new run. */
  public RunWatch watch(String run) {
    RunWatch watch = new RunWatch(run, horizonSteps, model);
    watch.rules(rules);
    return watch;
  }
}
