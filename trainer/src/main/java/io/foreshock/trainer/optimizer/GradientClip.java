// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.optimizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Clipping of the gradient by its global norm.
 *
 * <p><b>Threads.</b> For the training thread only.
 */
public interface GradientClip {

  /** The rules. */
  enum Rule {
    /** One limit for the whole run: {@link NormClip}. */
    NORM,
    /** A limit that follows the run's own norms: {@link ZClip}. */
    ZCLIP;

    /** Creates the rule in its state before the first step; {@code manager} owns the state. */
    public GradientClip create(NDManager manager) {
      return switch (this) {
        case NORM -> new NormClip();
        case ZCLIP -> new ZClip(manager);
      };
    }
  }

  /**
   * Returns the factor of this step's gradient; call it once per step.
   *
   * @param normSquare ‖g‖², a scalar
   * @param limit largest norm in any case; 0 for no limit
   * @return a scalar, or null when the gradient is not clipped; NaN or 0 when the norm is not
   *     finite
   */
  @Nullable NDArray factor(NDArray normSquare, double limit);

  /** State that it keeps from step to step, by its names in a checkpoint; updated in place. */
  Map<String, NDArray> state();
}
