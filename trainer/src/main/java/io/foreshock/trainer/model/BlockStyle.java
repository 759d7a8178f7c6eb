// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.model;

import ai.djl.ndarray.NDManager;

/**
 * The parts of a block.
 *
 * @param norm how the residual stream is normalized
 * @param normPosition whether before or after a branch
 * @param mlp the branch that works on each token alone
 * @param linear precision of the linear layers
 * @param sigmaReparam whether the matrices are divided by their spectral norms ({@link
 *     SigmaReparam}); only with {@link Linear#FLOAT}
 */
public record BlockStyle(
    Norm norm, NormPosition normPosition, Mlp mlp, Linear linear, boolean sigmaReparam) {

  /** The blocks of GPT-2 and of Wortsman et al. 2023. */
  public static final BlockStyle GPT = new BlockStyle(Norm.LAYERNORM, NormPosition.PRE, Mlp.GELU);

  public BlockStyle {
    if (sigmaReparam && linear != Linear.FLOAT) {
      throw new IllegalArgumentException("sigmaReparam needs float linear layers, not " + linear);
    }
  }

  /** A style with plain linear layers. */
  public BlockStyle(Norm norm, NormPosition normPosition, Mlp mlp) {
    this(norm, normPosition, mlp, Linear.FLOAT, false);
  }

  /** The linear layers of a model's blocks. */
  LinearLayers linearLayers(NDManager manager, GptConfig config) {
    return sigmaReparam ? new SigmaReparam(manager, config) : linear.create(manager, config);
  }
}
