// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.model;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * How an array (in, columns) holds several matrices: its columns are ordered (outer, matrix,
 * inner).
 *
 * <p>The model multiplies by all of them at once; whoever works on a matrix as such, its size or
 * its norm, must not take two for one.
 *
 * @param outer runs of columns in which all matrices take turns
 * @param matrices how many
 * @param inner neighbouring columns of one matrix
 */
record Columns(long outer, long matrices, long inner) {

  /** Those of {@link BlockWeights#matrices()}. */
  static List<Columns> ofBlock(GptConfig config) {
    Mlp mlp = config.block().mlp();
    Columns square = new Columns(1, 1, config.width());
    return List.of(
        new Columns(config.heads(), 2, config.headWidth()),
        square,
        square,
        new Columns(1, mlp.matrices(), mlp.hidden(config.width())),
        square);
  }

  /** How many matrices a block has. */
  static long matricesOfBlock(GptConfig config) {
    return ofBlock(config).stream().mapToLong(Columns::matrices).sum();
  }

  /** Columns of each matrix. */
  long width() {
    return outer * inner;
  }

  /** The matrices one after the other (matrices, in, width). */
  NDArray apart(NDArray array) {
    long in = array.getShape().get(0);
    return matrices == 1
        ? array.expandDims(0)
        : array
            .reshape(in, outer, matrices, inner)
            .transpose(2, 0, 1, 3)
            .reshape(matrices, in, width());
  }

  /** The array with each matrix multiplied by its factor; {@code factors} is (matrices). */
  NDArray scale(NDArray array, NDArray factors) {
    return matrices == 1
        ? array.mul(factors)
        : array.reshape(-1, matrices, inner).mul(factors.expandDims(1)).reshape(array.getShape());
  }
}
