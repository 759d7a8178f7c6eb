// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * Rotary positions: rotates each pair of elements by an angle that grows with the position.
 *
 * <p><b>Definition.</b> Elements i and i + E/2 of the vector at position t are a point of the plane
 * and are turned by t·θᵢ, θᵢ = 10000^(−2i/E) (Su et al. 2021, RoFormer, section 3.2).
 *
 * <p><b>Cost.</b> One batched product with each position's rotation matrix. It writes the memory
 * once, while the usual products and sums of halves read it five times, forward and back.
 */
final class Rotary {
  private static final double BASE = 10_000;

  private final NDArray rotations;

  /** The rotations of every position, each also scaled by {@code scale}, (T, E, E). */
  Rotary(NDManager manager, int context, int width, double scale) {
    float[] values = new float[context * width * width];
    int half = width / 2;
    for (int t = 0; t < context; t++) {
      for (int i = 0; i < half; i++) {
        double angle = t * Math.pow(BASE, -2.0 * i / width);
        float cos = (float) (scale * Math.cos(angle));
        float sin = (float) (scale * Math.sin(angle));
        int row = (t * width + i) * width;
        int otherRow = (t * width + i + half) * width;
        values[row + i] = cos;
        values[row + i + half] = sin;
        values[otherRow + i] = -sin;
        values[otherRow + i + half] = cos;
      }
    }
    rotations = manager.create(values, new Shape(context, width, width));
  }

  /** Rotates row vectors (T, B·H, E). */
  NDArray apply(NDArray x) {
    return x.batchMatMul(rotations);
  }
}
