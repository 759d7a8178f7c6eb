// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.model;

import ai.djl.ndarray.NDArray;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of one block in the recorded graph.
 *
 * @param attentionNorm gain (D)
 * @param queryKey joint matrix (D, 2D), columns ordered (H, 2, E)
 * @param queryKeyNorm gains of queries and keys, shared by the heads (2, E); null without
 *     qk-layernorm
 * @param value (D, D), columns ordered (H, E)
 * @param attentionOut (D, D)
 * @param mlpNorm gain (D)
 * @param mlpIn (D, columns of the {@link Mlp})
 * @param mlpOut (hidden units of the {@link Mlp}, D)
 * @param sigmaGain γ of each matrix; null without {@link SigmaReparam}
 */
record BlockWeights(
    NDArray attentionNorm,
    NDArray queryKey,
    @Nullable NDArray queryKeyNorm,
    NDArray value,
    NDArray attentionOut,
    NDArray mlpNorm,
    NDArray mlpIn,
    NDArray mlpOut,
    @Nullable NDArray sigmaGain) {

  /** Returns the next block's weights, from arrays in the order of {@link ParameterLayout}. */
  static BlockWeights next(Iterator<NDArray> arrays, GptConfig config) {
    return new BlockWeights(
        arrays.next(),
        arrays.next(),
        config.qkLayernorm() ? arrays.next() : null,
        arrays.next(),
        arrays.next(),
        arrays.next(),
        arrays.next(),
        arrays.next(),
        config.block().sigmaReparam() ? arrays.next() : null);
  }

  /** The arrays of the linear layers, in the order of {@link Columns#ofBlock}. */
  List<NDArray> matrices() {
    return List.of(queryKey, value, attentionOut, mlpIn, mlpOut);
  }

  /** Returns the same weights with other {@link #matrices()}. */
  BlockWeights withMatrices(List<NDArray> others) {
    return new BlockWeights(
        attentionNorm,
        others.get(0),
        queryKeyNorm,
        others.get(1),
        others.get(2),
        mlpNorm,
        others.get(3),
        others.get(4),
        sigmaGain);
  }
}
