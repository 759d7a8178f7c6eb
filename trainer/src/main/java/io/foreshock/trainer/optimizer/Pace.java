// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.optimizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.jspecify.annotations.Nullable;

/** The size of each tensor's update along the direction of the optimizer. */
interface Pace {

  /** The same for all tensors: θ ← θ·keep − size·direction. */
  static Pace even(Layers layers) {
    return (layer, direction, stride, surprise) -> {
      NDArray parameters = layers.parameters(layer);
      Decay decay = stride.decay();
      if (decay != null) {
        parameters.muli(decay.keep());
      }
      parameters.subi(direction.muli(stride.size()));
    };
  }

  /**
   * One step's scalars, the same for all layers.
   *
   * @param size factor of the direction
   * @param decay the weight decay, if there is any
   */
  record Stride(NDArray size, @Nullable Decay decay) {
    static Stride of(NDManager manager, double size, double decay) {
      return new Stride(manager.create((float) size), decay == 0 ? null : Decay.of(manager, decay));
    }
  }

  /**
   * The weight decay of one step.
   *
   * @param share share of a parameter that decays
   * @param keep 1 − share
   */
  record Decay(NDArray share, NDArray keep) {
    private static Decay of(NDManager manager, double share) {
      return new Decay(manager.create((float) share), manager.create((float) (1 - share)));
    }
  }

  /**
   * AdamW's g/max(√v̂, ε), g after clipping and v̂ after this update.
   *
   * @param multiple a multiple of it, flat
   * @param scale factor that makes {@code multiple} equal to it
   */
  record Surprise(NDArray multiple, double scale) {}

  /**
   * Moves a layer's parameters, in place.
   *
   * @param direction flat, written to
   * @param surprise null for optimizers without a second moment
   */
  void move(int layer, NDArray direction, Stride stride, @Nullable Surprise surprise);
}
