// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.model;

import ai.djl.ndarray.NDManager;

/**
 * Which parts a block is put together from.
 *
 * @param norm how the residual stream is normalized
 * @param normPosition where
 * @param mlp the branch that works on each token alone
 * @param linear what the linear layers compute with
 * @param sigmaReparam whether the matrices are divided by their spectral norms ({@link
 *     SigmaReparam}); of {@link Linear#FLOAT} layers only
 */
public record BlockStyle(
    Norm norm, NormPosition normPosition, Mlp mlp, Linear linear, boolean sigmaReparam) {

  /** GPT-2's, and that of Wortsman et al. 2023. */
  public static final BlockStyle GPT = new BlockStyle(Norm.LAYERNORM, NormPosition.PRE, Mlp.GELU);

  public BlockStyle {
    if (sigmaReparam && linear != Linear.FLOAT) {
      throw new IllegalArgumentException("sigmaReparam needs float linear layers, not " + linear);
    }
  }

  /** With plain linear layers. */
  public BlockStyle(Norm norm, NormPosition normPosition, Mlp mlp) {
    this(norm, normPosition, mlp, Linear.FLOAT, false);
  }

  /** The linear layers of a model's blocks. */
  LinearLayers linearLayers(NDManager manager, GptConfig config) {
    return sigmaReparam ? new SigmaReparam(manager, config) : linear.create(manager, config);
  }
}
