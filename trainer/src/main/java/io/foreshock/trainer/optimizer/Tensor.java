// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.optimizer;

/**
 * One parameter of the model as a piece of the flat vectors.
 *
 * @param layer index of its layer, from 0; tensors of a layer are neighbours
 * @param offset of its first element; it ends where the next one begins
 * @param rate factor of its learning rate
 */
public record Tensor(int layer, long offset, double rate) {}
