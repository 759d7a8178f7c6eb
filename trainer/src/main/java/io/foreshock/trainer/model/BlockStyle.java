// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.model;

/**
 * Which parts a block is put together from.
 *
 * @param norm how the residual stream is normalized
 * @param normPosition where
 * @param mlp the branch that works on each token alone
 */
public record BlockStyle(Norm norm, NormPosition normPosition, Mlp mlp) {

  /** GPT-2's, and that of Wortsman et al. 2023. */
  public static final BlockStyle GPT = new BlockStyle(Norm.LAYERNORM, NormPosition.PRE, Mlp.GELU);
}
