// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.model;

import ai.djl.ndarray.NDArray;

/** Root-mean-square normalization: x / √(mean(x²) + ε) · gain (Zhang and Sennrich 2019). */
final class RmsNorm implements Normalization {
  private static final int[] LAST = {-1};

  @Override
  public NDArray apply(NDArray x, NDArray gain) {
    NDArray meanSquare = x.square().mean(LAST, true).addi(GptConfig.NORM_EPSILON);
    return x.div(meanSquare.sqrt()).mul(gain);
  }
}
