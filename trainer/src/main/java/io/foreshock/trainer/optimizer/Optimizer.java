// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.optimizer;

import ai.djl.ndarray.NDArray;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns gradients into updates of one flat vector of parameters.
 *
 * <p><b>State.</b> Between two steps an optimizer keeps only {@link #state()}; the step is passed
 * to it. Restoring these vectors continues a run bit by bit. <b>Threads.</b> For the training
 * thread only.
 */
public interface Optimizer {

  /** The vectors of a checkpoint, by their names; updated in place. */
  Map<String, NDArray> state();

  /**
   * Updates all parameters once.
   *
   * @param step t, from 1
   * @param factor s, the schedule's share of the peak learning rate
   * @param gradient flat; not changed
   * @param clip factor of the gradient, a scalar; null when it is not clipped
   * @param tap receives each layer's update
   */
  void update(long step, double factor, NDArray gradient, @Nullable NDArray clip, UpdateTap tap);
}
