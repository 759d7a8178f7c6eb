// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/** Layer normalization: (x − mean(x)) / √(var(x) + ε) · gain (Ba et al. 2016). */
final class LayerNorm implements Normalization {
  private final Shape shape;
  private final NDArray ones;
  private final NDArray zeros;

  LayerNorm(NDManager manager, int width) {
    shape = new Shape(width);
    ones = manager.ones(shape);
    zeros = manager.zeros(shape); // the fused operation needs a bias
  }

  @Override
  public NDArray apply(NDArray x, NDArray gain) {
    return x.getNDArrayInternal().layerNorm(x, shape, gain, zeros, GptConfig.NORM_EPSILON).head();
  }

  /** The same with a gain of 1. */
  NDArray apply(NDArray x) {
    return apply(x, ones);
  }
}
