// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.model;

import ai.djl.ndarray.NDArray;
import java.util.Iterator;

/**
 * The parameters of one block in the recorded graph; null where the model has none.
 *
 * @param attentionNorm gain (D)
 * @param qkv joint matrix (D, 3D), columns ordered (H, 3, E)
 * @param queryNorm gain of the queries, shared by the heads (E), or null
 * @param keyNorm gain of the keys, shared by the heads (E), or null
 * @param attentionOut (D, D)
 * @param mlpNorm gain (D)
 * @param mlpIn (D, 4D)
 * @param mlpOut (4D, D)
 */
record BlockWeights(
    NDArray attentionNorm,
    NDArray qkv,
    NDArray queryNorm,
    NDArray keyNorm,
    NDArray attentionOut,
    NDArray mlpNorm,
    NDArray mlpIn,
    NDArray mlpOut) {

  /** Takes the next block's arrays in the order in which {@link ParameterLayout} lays them out. */
  static BlockWeights next(Iterator<NDArray> arrays, GptConfig config) {
    return new BlockWeights(
        arrays.next(),
        arrays.next(),
        config.qkLayernorm() ? arrays.next() : null,
        config.qkLayernorm() ? arrays.next() : null,
        arrays.next(),
        arrays.next(),
        arrays.next(),
        arrays.next());
  }
}
