// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.optimizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Map;

/**
 * Clipping of the gradient by its global norm.
 *
 * <p><b>Threads.</b> For the training thread only.
 */
public interface GradientClip {

  /** The rules. */
  enum Rule {
    /** One limit for the whole run: {@link NormClip}. */
    NORM {
      @Override
      public GradientClip create(NDManager manager) {
        return new NormClip();
      }
    },
    /** A limit that follows the run's own norms: {@link ZClip}. */
    ZCLIP {
      @Override
      public GradientClip create(NDManager manager) {
        return new ZClip(manager);
      }
    };

    /** The rule in its state before the first step; {@code manager} owns that. */
    public abstract GradientClip create(NDManager manager);
  }

  /**
   * The factor of this step's gradient; to be asked once a step.
   *
   * @param normSquare ‖g‖², a scalar
   * @param limit largest norm in any case; 0 sets none
   * @return a scalar, or null when nothing is to be clipped; NaN or 0 when the norm is not finite
   */
  NDArray factor(NDArray normSquare, double limit);

  /** What it remembers from step to step, by its names in a checkpoint; updated in place. */
  Map<String, NDArray> state();
}
