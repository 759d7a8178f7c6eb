// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.model;

import ai.djl.ndarray.NDManager;

/** How the residual stream is normalized. */
public enum Norm {
  /** By mean and variance (GPT-2). */
  LAYERNORM,
  /** By the root mean square alone (Llama). */
  RMSNORM;

  /** Creates the operation on vectors of {@code width}; {@code manager} owns its constants. */
  Normalization create(NDManager manager, int width) {
    return switch (this) {
      case LAYERNORM -> new LayerNorm(manager, width);
      case RMSNORM -> new RmsNorm();
    };
  }
}
