// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.optimizer;

import ai.djl.ndarray.NDArray;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The factor min(1, limit / (‖g‖ + 1e-6)), PyTorch's {@code clip_grad_norm_}, computed on the
 * device of the gradient so that the step does not wait for the host.
 */
final class NormClip implements GradientClip {
  /** Keeps the quotient finite at a zero gradient; PyTorch's value. */
  static final float TINY = 1e-6f;

  @Override
  public @Nullable NDArray factor(NDArray normSquare, double limit) {
    if (limit == 0) {
      return null;
    }
    return normSquare.sqrt().addi(TINY).pow(-1).muli((float) limit).minimum(1f);
  }

  @Override
  public Map<String, NDArray> state() {
    return Map.of();
  }
}
