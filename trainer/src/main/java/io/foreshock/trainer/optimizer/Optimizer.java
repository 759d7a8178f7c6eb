// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.optimizer;

import ai.djl.ndarray.NDArray;
import java.util.Map;

/**
 * Turns gradients into updates of one flat vector of parameters.
 *
 * <p><b>State.</b> Between two steps an optimizer remembers nothing but {@link #state()} and the
 * step that it is told: writing these vectors back continues a run bit by bit. <b>Threads.</b> For
 * the training thread only.
 */
public interface Optimizer {

  /** The vectors to be saved and restored, by their names in a checkpoint; updated in place. */
  Map<String, NDArray> state();

  /**
   * One update of all parameters.
   *
   * @param step t, from 1
   * @param factor s, the schedule's share of the peak learning rate
   * @param gradient flat; left as it is
   * @param clip factor to be applied to the gradient, a scalar, or null
   * @param tap is shown each layer's update
   */
  void update(long step, double factor, NDArray gradient, NDArray clip, UpdateTap tap);
}
