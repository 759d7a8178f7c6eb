// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

/**
 * Causal multi-head self-attention without biases.
 *
 * <p><b>Shapes.</b> The rows of the activations are time-major and the columns of the joint matrix
 * are ordered (H, 3, E). The batched products can then read queries, keys and values as strided
 * views, and none of them is copied.
 */
final class Attention {
  private final GptConfig config;
  private final NDArray mask;
  private final NDArray scale;
  private final Rotary queryRotary;
  private final Rotary keyRotary;
  private final Normalization perHead;

  Attention(NDManager manager, GptConfig config) {
    this.config = config;
    int width = config.headWidth();
    boolean rotary = config.positions() == Positions.ROTARY;
    double queryScale = 1 / Math.sqrt(width);
    mask = CausalMask.create(manager, config.context());
    scale = manager.create((float) queryScale);
    queryRotary = rotary ? new Rotary(manager, config.context(), width, queryScale) : null;
    keyRotary = rotary ? new Rotary(manager, config.context(), width, 1) : null;
    perHead = config.qkLayernorm() ? new Normalization(manager, width) : null;
  }

  /**
   * One block's attention.
   *
   * @param x normalized residual stream (N, D)
   * @param weights of the block
   * @return (N, D), to be added to the residual stream
   */
  NDArray apply(NDArray x, BlockWeights weights, int block, LogitTap tap) {
    long time = config.context();
    long batchHeads = x.getShape().get(0) / time * config.heads();
    NDList qkv =
        x.matMul(weights.qkv()).reshape(time, batchHeads, 3, config.headWidth()).split(3, 2);
    NDArray q = query(vectors(qkv.get(0)), weights).transpose(1, 0, 2); // (B·H, T, E)
    NDArray kt = key(vectors(qkv.get(1)), weights).transpose(1, 2, 0); // (B·H, E, T)
    NDArray v = vectors(qkv.get(2)).transpose(1, 0, 2); // (B·H, T, E)
    NDArray scores = q.batchMatMul(kt).addi(mask); // (B·H, T, T)
    NDArray shares = scores.softmax(-1);
    tap.attention(block, scores, shares);
    return shares
        .batchMatMul(v) // (B·H, T, E)
        .transpose(1, 0, 2)
        .reshape(x.getShape()) // (N, D)
        .matMul(weights.attentionOut());
  }

  private static NDArray vectors(NDArray part) { // (T, B·H, 1, E)
    return part.squeeze(2);
  }

  private NDArray query(NDArray q, BlockWeights weights) { // (T, B·H, E)
    NDArray normalized = perHead == null ? q : perHead.apply(q, weights.queryNorm());
    return queryRotary == null ? normalized.mul(scale) : queryRotary.apply(normalized);
  }

  private NDArray key(NDArray k, BlockWeights weights) { // (T, B·H, E)
    NDArray normalized = perHead == null ? k : perHead.apply(k, weights.keyNorm());
    return keyRotary == null ? normalized : keyRotary.apply(normalized);
  }
}
