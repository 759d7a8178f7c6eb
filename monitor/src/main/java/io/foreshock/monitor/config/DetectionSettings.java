// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.config;

import io.foreshock.predictors.online.RunWatch;

/**
 * Settings of the detectors.
 *
 * @param horizonSteps horizon of the forecast, steps
 * @param startupSeconds how long a run that announced itself may send no step; 0 = no limit
 */
public record DetectionSettings(int horizonSteps, int startupSeconds) {
  static DetectionSettings read(Section section) {
    return new DetectionSettings(
        (int) section.integer("horizon_steps", RunWatch.DEFAULT_HORIZON_STEPS, 1, 1_000_000),
        (int) section.integer("startup_seconds", RunWatch.DEFAULT_STARTUP_SECONDS, 0, 86_399));
  }

  /** A watch over a new run. */
  public RunWatch watch(String run) {
    return new RunWatch(run, horizonSteps, startupSeconds);
  }
}
