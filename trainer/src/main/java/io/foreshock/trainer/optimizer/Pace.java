// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.optimizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/** How far each tensor goes along the direction that the optimizer found. */
interface Pace {

  /** All tensors alike: θ ← θ·keep − size·direction. */
  static Pace even(Layers layers) {
    return (layer, direction, stride, surprise) -> {
      NDArray parameters = layers.parameters(layer);
      if (stride.keep() != null) {
        parameters.muli(stride.keep());
      }
      parameters.subi(direction.muli(stride.size()));
    };
  }

  /**
   * One step's scalars, the same for all layers.
   *
   * @param size factor of the direction
   * @param keep 1 − decay, or null when nothing decays
   * @param decay share of a parameter that decays, or null
   */
  record Stride(NDArray size, NDArray keep, NDArray decay) {
    static Stride of(NDManager manager, double size, double decay) {
      return new Stride(
          manager.create((float) size),
          decay == 0 ? null : manager.create((float) (1 - decay)),
          decay == 0 ? null : manager.create((float) decay));
    }
  }

  /**
   * AdamW's g/max(√v̂, ε), g after clipping and v̂ after this update.
   *
   * @param multiple of it, flat
   * @param scale that which makes it that
   */
  record Surprise(NDArray multiple, double scale) {}

  /**
   * Moves a layer's parameters, in place.
   *
   * @param direction flat, written to
   * @param surprise null of optimizers without a second moment
   */
  void move(int layer, NDArray direction, Stride stride, Surprise surprise);
}
