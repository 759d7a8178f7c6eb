// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.optimizer;

/**
 * What AdamW is told once.
 *
 * @param learningRate peak η, above 0
 * @param beta1 decay of the first moment, in [0, 1)
 * @param beta2 decay of the second moment, in [0, 1)
 * @param epsilon ε, at least 0
 * @param weightDecay λ, at least 0
 * @param independentWeightDecay whether the decay is scaled by the schedule only and not by the
 *     peak learning rate (Wortsman et al. 2023, section 3.2.2)
 */
public record AdamWConfig(
    double learningRate,
    double beta1,
    double beta2,
    double epsilon,
    double weightDecay,
    boolean independentWeightDecay) {}
