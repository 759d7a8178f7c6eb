// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * Precision of the blocks' linear layers (queries, keys, values, attention output, MLP). The
 * embedding and the head always have full precision.
 */
public enum Linear {
  /** Full precision. */
  FLOAT,
  /** BitNet b1.58: ternary weights in units of their mean size, activations of 8 bits. */
  ABSMEAN,
  /** The same in units of their median size (Nielsen and Schneider-Kamp 2024). */
  ABSMEDIAN;

  /** Creates the linear layers of a model; {@code manager} owns their constants. */
  LinearLayers create(NDManager manager, GptConfig config) {
    return switch (this) {
      case FLOAT -> LinearLayers.PLAIN;
      case ABSMEAN -> new TernaryLinear(manager, config, sizes -> sizes.mean(new int[] {1}));
      case ABSMEDIAN -> new TernaryLinear(manager, config, Linear::lowerMedian);
    };
  }

  /** Returns the median of each row; of two middle values the lower one, as in PyTorch. */
  static NDArray lowerMedian(NDArray rows) {
    int rank = Math.toIntExact((rows.getShape().get(1) + 1) / 2);
    NDArray lower = rows.topK(rank, 1, false, false).get(0); // a selection, not a sort
    return lower.max(new int[] {1});
  }
}
