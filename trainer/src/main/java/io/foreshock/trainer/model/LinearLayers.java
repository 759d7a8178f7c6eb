// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.model;

import ai.djl.ndarray.NDArray;
import java.util.Map;

/**
 * What becomes of the inputs x and the matrices W of the blocks' linear layers before the product y
 * = x·W.
 */
interface LinearLayers {

  /** Both as they are. */
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

  /** What is multiplied in place of an input (N, in). */
  NDArray input(NDArray x);

  /** What is multiplied in place of a block's matrices; called once a block and forward pass. */
  BlockWeights weights(int block, BlockWeights weights);

  /** What is kept from step to step, by the names in a checkpoint; updated in place. */
  default Map<String, NDArray> state() {
    return Map.of();
  }

  /** Brings a block's part of {@link #state()} to its start, given its initial weights. */
  default void begin(int block, BlockWeights weights) {}
}
