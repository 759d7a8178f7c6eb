// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.model;

import ai.djl.ndarray.NDArray;

/**
 * Receives inner values of the model during a forward pass.
 *
 * <p>The arrays are part of the recorded graph and live until the step's manager closes. A tap must
 * not write to them, and detaches them before it computes with them. Called on the training thread,
 * in the order of the computation.
 */
public interface LogitTap {

  /**
   * Receives a block's attention.
   *
   * @param block 0 to L-1
   * @param scores input of the softmax: q·k/√E, with full {@link MuParam} q·k/E, rounded as the
   *     model rounds them, masked positions at {@link CausalMask#MASKED} (B·H, T, T)
   * @param weights softmax of the scores over the last axis (B·H, T, T)
   */
  void attention(int block, NDArray scores, NDArray weights);

  /**
   * Receives a layer's output: the residual stream after the embedding and after each block, or the
   * logits of the head.
   *
   * @param layer index into {@link ParameterLayout#layers()}
   * @param output (N, D); for the head (N, V)
   */
  void output(int layer, NDArray output);

  /**
   * Receives the results of the head.
   *
   * @param logits output logits (N, V)
   * @param logZ log Σ exp(logit) of each token (N, 1)
   * @param loss mean cross-entropy in nats per token, without auxiliary terms, a scalar
   */
  void head(NDArray logits, NDArray logZ, NDArray loss);
}
