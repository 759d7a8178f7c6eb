// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer;

import io.foreshock.trainer.probe.StepProbe;

/**
 * What is measured of a run. The training itself does not depend on it.
 *
 * @param logEvery telemetry is sent for step 1, the last step and the steps divisible by this; at
 *     least 1
 * @param entropyEvery attention entropy is measured at steps divisible by this, if their telemetry
 *     is sent
 * @param statistics what is measured in each step
 */
public record Measuring(long logEvery, long entropyEvery, StepProbe.Scope statistics) {

  /** Whether telemetry is sent for a step of a run of {@code totalSteps}. */
  boolean reports(long step, long totalSteps) {
    return step == 1 || step == totalSteps || step % logEvery == 0;
  }
}
