// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.jspecify.annotations.Nullable;

/**
 * Normalization of each head's queries and keys before their product.
 *
 * <ul>
 *   <li>Nothing.
 *   <li>qk-layernorm: they are normalized, with gains that all heads share (Wortsman et al. 2023,
 *       section 3.1).
 *   <li>κ: g(z) = √κ·z / √mean(z²), the transplant of large logits into a small model (Wortsman et
 *       al. 2023, section 3.3). No logit is then above κ·√E, where cos(q, k) = 1. The mean square
 *       has the ε of all normalizations added.
 * </ul>
 */
final class QueryKeyNorm {
  private QueryKeyNorm() {}

  /** Normalizes the queries and keys of each head. */
  interface PerHead {
    /**
     * Normalizes.
     *
     * @param z queries and keys (…, 2, E)
     * @param gain gains (2, E); null without qk-layernorm
     */
    NDArray apply(NDArray z, @Nullable NDArray gain);
  }

  /** Creates that of a model; its input is (…, 2, E), with gains (2, E) if there are any. */
  static PerHead create(NDManager manager, GptConfig config) {
    if (config.qkLayernorm()) {
      LayerNorm norm = new LayerNorm(manager, config.headWidth());
      return (z, gain) -> {
        if (gain == null) {
          throw new IllegalStateException("qk-layernorm has no gain");
        }
        return norm.apply(z).mul(gain);
      };
    }
    if (config.attentionKappa() > 0) {
      NDArray root = manager.create((float) Math.sqrt(config.attentionKappa()));
      RmsNorm norm = new RmsNorm();
      return (z, none) -> norm.apply(z, root);
    }
    return (z, none) -> z;
  }
}
