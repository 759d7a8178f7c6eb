// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * Scales queries by 1/√E and, with rotary positions, turns the pairs of elements of queries and
 * keys by an angle that grows with the position.
 *
 * <p><b>Definition.</b> Elements 2i and 2i+1 are one complex number, multiplied by exp(i·t·θᵢ), θᵢ
 * = 10000^(−2i/E) (Su et al. 2021, RoFormer, section 3.2). One complex product does the turn and
 * the scale in one pass over the memory.
 */
final class Rotary {
  private static final double BASE = 10_000;

  private final NDArray factors;

  /** The factors for every position, (T, 1, 2, E/2) complex; index 0 of axis 2 is the query. */
  Rotary(NDManager manager, GptConfig config) {
    int pairs = config.headWidth() / 2;
    float[] values = new float[config.context() * 2 * pairs * 2];
    int at = 0;
    for (int t = 0; t < config.context(); t++) {
      for (int part = 0; part < 2; part++) {
        double length = part == 0 ? 1 / Math.sqrt(config.headWidth()) : 1;
        for (int i = 0; i < pairs; i++) {
          double angle = t * Math.pow(BASE, -2.0 * i / config.headWidth());
          values[at++] = (float) (length * Math.cos(angle));
          values[at++] = (float) (length * Math.sin(angle));
        }
      }
    }
    try (NDArray real = manager.create(values, new Shape(config.context(), 1, 2, pairs, 2))) {
      factors = real.complex();
    }
  }

  /** Queries and keys (T, B·H, 2, E), turned and scaled. */
  NDArray apply(NDArray queriesAndKeys) {
    Shape shape = queriesAndKeys.getShape();
    Shape paired = new Shape(shape.get(0), shape.get(1), 2, shape.get(3) / 2, 2);
    return queriesAndKeys.reshape(paired).complex().mul(factors).real().reshape(shape);
  }
}
