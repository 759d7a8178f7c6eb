// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.model;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * The order of several matrices in one array (in, columns): its columns are ordered (outer, matrix,
 * inner).
 *
 * <p>The model multiplies by all of them at once. Code that needs the size or the norm of one
 * matrix must separate them.
 *
 * @param outer number of runs of columns, each with columns of all matrices
 * @param matrices number of matrices
 * @param inner number of neighbouring columns of one matrix
 */
record Columns(long outer, long matrices, long inner) {

  /** Returns the columns of {@link BlockWeights#matrices()}. */
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

  /** Number of matrices of a block. */
  static long matricesOfBlock(GptConfig config) {
    return ofBlock(config).stream().mapToLong(Columns::matrices).sum();
  }

  /** Columns of each matrix. */
  long width() {
    return outer * inner;
  }

  /** Returns the separate matrices (matrices, in, width). */
  NDArray apart(NDArray array) {
    long in = array.getShape().get(0);
    return matrices == 1
        ? array.expandDims(0)
        : array
            .reshape(in, outer, matrices, inner)
            .transpose(2, 0, 1, 3)
            .reshape(matrices, in, width());
  }

  /** Returns the array with each matrix multiplied by its factor; {@code factors} is (matrices). */
  NDArray scale(NDArray array, NDArray factors) {
    return matrices == 1
        ? array.mul(factors)
        : array.reshape(-1, matrices, inner).mul(factors.expandDims(1)).reshape(array.getShape());
  }
}
