// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.optimizer;

import ai.djl.ndarray.NDArray;

/**
 * What an optimizer shows of a layer's update before it applies it. The arrays are the optimizer's
 * and end with the call: a tap reduces them at once and does not write to them.
 */
public interface UpdateTap {

  /**
   * One layer's direction: what the learning rate is multiplied with, without a decoupled decay.
   *
   * @param layer index of the layer
   * @param direction a constant multiple of the direction, flat
   * @param scale that which makes it the direction
   */
  void direction(int layer, NDArray direction, double scale);

  /**
   * Shown after the direction by an optimizer that divides by the root of a second moment.
   *
   * @param layer index of the layer
   * @param direction a constant multiple of m̂/(√v̂+ε), flat
   * @param directionScale that which makes {@code direction} m̂/(√v̂+ε)
   * @param surprise a constant multiple of g/max(√v̂, ε), g after clipping and v̂ after this update
   * @param surpriseScale that which makes {@code surprise} g/max(√v̂, ε)
   */
  void adaptive(
      int layer, NDArray direction, double directionScale, NDArray surprise, double surpriseScale);
}
