// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.jspecify.annotations.Nullable;

/**
 * Causal multi-head self-attention without biases.
 *
 * <p><b>Shapes.</b> The rows of the activations are time-major, the columns of the joint matrix of
 * queries and keys are ordered (H, 2, E), those of the values (H, E). All batched products then
 * read strided views, forward and back, and only the result is copied.
 */
final class Attention {
  private final GptConfig config;
  private final NDArray mask;
  private final NDArray scale;
  private final @Nullable Rotary rotary;
  private final QueryKeyNorm.PerHead perHead;
  private final LinearLayers linear;
  private Mantissa precision = new Mantissa(Mantissa.FLOAT32);

  Attention(NDManager manager, GptConfig config, LinearLayers linear) {
    this.config = config;
    this.linear = linear;
    int width = config.headWidth();
    // half of the 1/√E goes to the queries, half to the keys, so that both are treated alike
    double half = Math.pow(width, -config.muParam().attentionExponent() / 2);
    mask = CausalMask.create(manager, config.context());
    scale = manager.create((float) half);
    rotary =
        config.positions() == Positions.ROTARY
            ? new Rotary(manager, config.context(), width, half)
            : null;
    perHead = QueryKeyNorm.create(manager, config);
  }

  /** Sets the precision of the scores. */
  void precision(Mantissa scores) {
    precision = scores;
  }

  /**
   * Computes the attention of one block.
   *
   * @param x normalized residual stream (N, D)
   * @param weights of the block, as the linear layers use them
   * @return (N, D), to be added to the residual stream
   */
  NDArray apply(NDArray x, BlockWeights weights, int block, LogitTap tap) {
    long time = config.context();
    long batchHeads = x.getShape().get(0) / time * config.heads();
    Shape rows = new Shape(time, batchHeads, config.headWidth());
    NDArray in = linear.input(x);
    NDList qk = queriesAndKeys(in, weights, rows);
    NDArray q = qk.get(0).reshape(rows).transpose(1, 0, 2); // (B·H, T, E)
    NDArray kt = qk.get(1).reshape(rows).transpose(1, 2, 0); // (B·H, E, T)
    NDArray v = in.matMul(weights.value()).reshape(rows).transpose(1, 0, 2); // (B·H, T, E)
    NDArray scores = precision.round(q.batchMatMul(kt)).addi(mask); // (B·H, T, T)
    NDArray shares = scores.softmax(-1);
    tap.attention(block, scores, shares);
    NDArray mixed = // (N, D)
        shares.batchMatMul(v).transpose(1, 0, 2).reshape(x.getShape());
    return linear.input(mixed).matMul(weights.attentionOut());
  }

  /** Queries and keys, each (T, B·H, 1, E), normalized, scaled and rotated. */
  private NDList queriesAndKeys(NDArray x, BlockWeights weights, Shape rows) {
    Shape pairs = new Shape(rows.get(0), rows.get(1), 2, rows.get(2)); // (T, B·H, 2, E)
    NDArray qk = x.matMul(weights.queryKey()).reshape(pairs);
    qk = perHead.apply(qk, weights.queryKeyNorm());
    qk =
        rotary == null
            ? qk.mul(scale)
            : rotary.apply(qk.reshape(rows.get(0), 2 * rows.get(1), rows.get(2))).reshape(pairs);
    return qk.split(2, 2);
  }
}
