// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.optimizer;

import ai.djl.ndarray.NDArray;

/**
 * Clipping by the global norm, computed where the gradient lies so that the step need not wait for
 * the host.
 */
public final class GradientClip {
  /** Keeps the quotient finite at a zero gradient; PyTorch's value. */
  private static final float TINY = 1e-6f;

  private GradientClip() {}

  /**
   * The factor min(1, limit / (‖g‖ + 1e-6)), PyTorch's {@code clip_grad_norm_}.
   *
   * @param normSquare ‖g‖², a scalar
   * @param limit largest norm; 0 turns clipping off
   * @return a scalar, or null when clipping is off; NaN or 0 when the norm is not finite
   */
  public static NDArray factor(NDArray normSquare, double limit) {
    if (limit == 0) {
      return null;
    }
    return normSquare.sqrt().addi(TINY).pow(-1).muli((float) limit).minimum(1f);
  }
}
