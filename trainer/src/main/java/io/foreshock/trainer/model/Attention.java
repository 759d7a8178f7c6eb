// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

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
  private final Rotary rotary;
  private final NDArray learnedScale;
  private final Normalization perHead;

  Attention(NDManager manager, GptConfig config) {
    this.config = config;
    mask = CausalMask.create(manager, config.context());
    rotary = config.positions() == Positions.ROTARY ? new Rotary(manager, config) : null;
    float scale = (float) (1 / Math.sqrt(config.headWidth()));
    learnedScale = manager.create(new float[] {scale, 1}, new Shape(2, 1));
    perHead = config.qkLayernorm() ? new Normalization(manager, config.headWidth()) : null;
  }

  /**
   * One block's attention.
   *
   * @param x normalized residual stream (N, D)
   * @param weights of the block
   * @return (N, D), to be added to the residual stream
   */
  NDArray apply(NDArray x, BlockWeights weights, int block, LogitTap tap) {
    int time = config.context();
    int width = config.headWidth();
    long batchHeads = x.getShape().get(0) / time * config.heads();
    NDArray qkv = x.matMul(weights.qkv()).reshape(time, batchHeads, 3, width); // (T, B·H, 3, E)
    NDList parts = qkv.split(new long[] {2}, 2);
    NDList qk = scaled(parts.get(0), weights).split(new long[] {1}, 2);
    NDArray q = qk.get(0).reshape(time, batchHeads, width).transpose(1, 0, 2); // (B·H, T, E)
    NDArray kt = qk.get(1).reshape(time, batchHeads, width).transpose(1, 2, 0); // (B·H, E, T)
    NDArray v = parts.get(1).reshape(time, batchHeads, width).transpose(1, 0, 2); // (B·H, T, E)
    NDArray scores = q.batchMatMul(kt).addi(mask); // (B·H, T, T)
    NDArray shares = scores.softmax(-1);
    tap.attention(block, scores, shares);
    return shares
        .batchMatMul(v) // (B·H, T, E)
        .transpose(1, 0, 2)
        .reshape(x.getShape()) // (N, D)
        .matMul(weights.attentionOut());
  }

  private NDArray scaled(NDArray queriesAndKeys, BlockWeights weights) { // (T, B·H, 2, E)
    NDArray qk = queriesAndKeys;
    if (perHead != null) {
      qk = perHead.apply(qk, null).mul(weights.qkNorm());
    }
    return rotary != null ? rotary.apply(qk) : qk.mul(learnedScale);
  }
}
