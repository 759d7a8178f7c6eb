// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer;

import io.foreshock.trainer.probe.StepProbe;

/**
 * What of a run is measured; no number of the run itself depends on it.
 *
 * @param logEvery telemetry tells of step 1, the last one and those divisible by this, at least 1
 * @param entropyEvery the attention's entropy is measured at steps divisible by this, if telemetry
 *     tells of them
 * @param statistics how much of each step is measured
 */
public record Measuring(long logEvery, long entropyEvery, StepProbe.Scope statistics) {

  /** Whether telemetry tells of a step of a run of {@code totalSteps}. */
  boolean reports(long step, long totalSteps) {
    return step == 1 || step == totalSteps || step % logEvery == 0;
  }
}
