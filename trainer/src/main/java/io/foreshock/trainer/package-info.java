// SPDX-License-Identifier: Apache-2.0
/**
 * Trains a small transformer and sends telemetry of every step.
 *
 * <pre>
 *   Train ── options ──▶ TrainLoop.run
 *     batch ▸ forward ▸ probe logits ▸ backward ▸ probe gradients ▸ clip ▸ step ▸ report ▸ obey control
 *     data    model     probe                    probe             optimizer     link     link, checkpoint
 * </pre>
 */
package io.foreshock.trainer;
