// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.model;

import ai.djl.ndarray.NDArray;
import java.util.function.UnaryOperator;

/** Where a branch of a block (attention, MLP) is normalized. */
public enum NormPosition {
  /** x + f(norm(x)), and once more before the head (GPT-2). */
  PRE {
    @Override
    NDArray join(NDArray x, UnaryOperator<NDArray> norm, UnaryOperator<NDArray> branch) {
      return branch.apply(norm.apply(x)).addi(x);
    }
  },
  /** norm(x + f(x)), and no further one before the head (Vaswani et al. 2017; GPT). */
  POST {
    @Override
    NDArray join(NDArray x, UnaryOperator<NDArray> norm, UnaryOperator<NDArray> branch) {
      return norm.apply(branch.apply(x).addi(x));
    }
  };

  /**
   * The residual stream after a branch.
   *
   * @param x before it; not written to
   * @param branch makes a new array, which is written to
   */
  abstract NDArray join(NDArray x, UnaryOperator<NDArray> norm, UnaryOperator<NDArray> branch);
}
