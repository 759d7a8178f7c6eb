// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.postmortem;

import io.foreshock.predictors.telemetry.Signal;

/**
 * A signal that left its own quiet band before the loss did and did not come back.
 *
 * @param layer null for a whole-step signal
 * @param step first step outside
 * @param leadSteps steps from there to the loss's onset, from 0
 * @param rising whether it left upwards
 * @param usual its level in quiet time
 * @param score how far it was outside at most, up to the onset, in half-widths of the band: above 1
 */
public record FirstMove(
    Signal signal,
    String layer,
    long step,
    long leadSteps,
    boolean rising,
    double usual,
    double score) {}
