// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.optimizer;

/**
 * A piece of the flat vectors that is one parameter of the model.
 *
 * @param layer that it belongs to, from 0; layers are neighbours
 * @param offset of its first element; it ends where the next one begins
 * @param rate factor of its learning rate
 */
public record Tensor(int layer, long offset, double rate) {}
