// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.model;

import ai.djl.ndarray.NDManager;

/** How the residual stream is normalized. */
public enum Norm {
  /** By mean and variance (GPT-2). */
  LAYERNORM {
    @Override
    Normalization create(NDManager manager, int width) {
      return new LayerNorm(manager, width);
    }
  },
  /** By the root mean square alone (Llama). */
  RMSNORM {
    @Override
    Normalization create(NDManager manager, int width) {
      return new RmsNorm();
    }
  };

  /** Creates the operation on vectors of {@code width}; {@code manager} owns its constants. */
  abstract Normalization create(NDManager manager, int width);
}
