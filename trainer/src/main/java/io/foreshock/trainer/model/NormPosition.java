// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.model;

import ai.djl.ndarray.NDArray;
import java.util.function.UnaryOperator;

/** Place of the normalization of a block's branch (attention, MLP). */
public enum NormPosition {
  /** x + f(norm(x)), and also before the head (GPT-2). */
  PRE,
  /** norm(x + f(x)), and no further one before the head (Vaswani et al. 2017; GPT). */
  POST;

  /**
   * Returns the residual stream after a branch.
   *
   * @param x residual stream before the branch; not written to
   * @param branch makes a new array, which is written to
   */
  NDArray join(NDArray x, UnaryOperator<NDArray> norm, UnaryOperator<NDArray> branch) {
    return switch (this) {
      case PRE -> branch.apply(norm.apply(x)).addi(x);
      case POST -> norm.apply(branch.apply(x).addi(x));
    };
  }
}
