// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.optimizer;

import ai.djl.ndarray.NDArray;

/**
 * Receives a layer's update before the optimizer applies it. The arrays belong to the optimizer and
 * are valid only during the call: a tap reduces them at once and does not write to them.
 */
public interface UpdateTap {

  /**
   * Receives one layer's direction, which is multiplied by the learning rate, without decoupled
   * decay.
   *
   * @param layer index of the layer
   * @param direction a constant multiple of the direction, flat
   * @param scale factor that makes it the direction
   */
  void direction(int layer, NDArray direction, double scale);

  /**
   * Receives the adaptive parts, after the direction, from an optimizer with a second moment.
   *
   * @param layer index of the layer
   * @param direction a constant multiple of m̂/(√v̂+ε), flat
   * @param directionScale factor that makes {@code direction} m̂/(√v̂+ε)
   * @param surprise a constant multiple of g/max(√v̂, ε), g after clipping and v̂ after this update
   * @param surpriseScale factor that makes {@code surprise} g/max(√v̂, ε)
   */
  void adaptive(
      int layer, NDArray direction, double directionScale, NDArray surprise, double surpriseScale);
}
