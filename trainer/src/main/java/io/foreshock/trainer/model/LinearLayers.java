// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.model;

import ai.djl.ndarray.NDArray;
import java.util.Map;

/**
 * Changes the inputs x and the matrices W of the blocks' linear layers before the product y = x·W.
 */
interface LinearLayers {

  /** Leaves both unchanged. */
  LinearLayers PLAIN =
      new LinearLayers() {
        @Override
        public NDArray input(NDArray x) {
          return x;
        }

        @Override
        public BlockWeights weights(int block, BlockWeights weights) {
          return weights;
        }
      };

  /** Returns what is multiplied instead of an input (N, in). */
  NDArray input(NDArray x);

  /**
   * Returns what is multiplied instead of a block's matrices; called once per block and forward
   * pass.
   */
  BlockWeights weights(int block, BlockWeights weights);

  /** State that is kept from step to step, by the names in a checkpoint; updated in place. */
  default Map<String, NDArray> state() {
    return Map.of();
  }

  /** Initializes a block's part of {@link #state()} from its initial weights. */
  default void begin(int block, BlockWeights weights) {}
}
