// SPDX-License-Identifier: Apache-2.0
/**
 * A small transformer trained with Foreshock's eyes open.
 *
 * <pre>
 *   Train ── options ──▶ TrainLoop.run
 *     batch ▸ forward ▸ probe logits ▸ backward ▸ probe gradients ▸ clip ▸ step ▸ report ▸ obey control
 *     data    model     probe                    probe             optimizer     link     link, checkpoint
 * </pre>
 */
package io.foreshock.trainer;
