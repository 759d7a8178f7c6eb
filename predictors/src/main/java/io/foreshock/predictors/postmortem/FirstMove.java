// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.postmortem;

import io.foreshock.predictors.telemetry.Signal;
import org.jspecify.annotations.Nullable;

/**
 * A signal that left its own quiet band before the onset of the loss and did not come back.
 *
 * @param layer null for a whole-step signal
 * @param step first step outside the band
 * @param leadSteps steps from there to the onset of the loss, at least 0
 * @param rising whether it left the band upwards
 * @param usual its level during its quiet time
 * @param score largest distance from the usual level up to the onset, in half-widths of the band;
 *     above 1
 */
public record FirstMove(
    Signal signal,
    @Nullable String layer,
    long step,
    long leadSteps,
    boolean rising,
    double usual,
    double score) {}
