// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/** The mask that hides later keys from a query. */
public final class CausalMask {

  /**
   * Score of a masked position. Finite, so that 0 · score stays 0 in an entropy; far below all
   * scores of a working model, so that its exponential is exactly 0 and it is never the maximum.
   */
  public static final float MASKED = -1e30f;

  private CausalMask() {}

  /** Returns what is added to the scores: 0 where key ≤ query, {@link #MASKED} elsewhere (T, T). */
  static NDArray create(NDManager manager, int context) {
    float[] mask = new float[context * context];
    for (int query = 0; query < context; query++) {
      for (int key = query + 1; key < context; key++) {
        mask[query * context + key] = MASKED;
      }
    }
    return manager.create(mask, new Shape(context, context));
  }
}
