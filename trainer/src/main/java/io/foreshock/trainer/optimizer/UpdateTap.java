// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.optimizer;

import ai.djl.ndarray.NDArray;

/**
 * What the optimizer shows of a layer's update before it applies it. The arrays are the optimizer's
 * and end with the call: a tap reduces them at once and does not write to them.
 */
public interface UpdateTap {

  /**
   * One layer's update.
   *
   * @param layer index of the layer
   * @param direction a constant multiple of m̂/(√v̂+ε), flat
   * @param directionScale that which makes {@code direction} m̂/(√v̂+ε)
   * @param surprise a constant multiple of g/max(√v̂, ε), g after clipping and v̂ after this update
   * @param surpriseScale that which makes {@code surprise} g/max(√v̂, ε)
   */
  void update(
      int layer, NDArray direction, double directionScale, NDArray surprise, double surpriseScale);
}
