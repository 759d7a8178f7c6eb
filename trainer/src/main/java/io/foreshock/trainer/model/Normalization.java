// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.model;

import ai.djl.ndarray.NDArray;

/** Scales vectors to a common size, over the last axis, with a gain and without a bias. */
interface Normalization {

  /**
   * Normalizes.
   *
   * @param x (…, D)
   * @param gain (D)
   */
  NDArray apply(NDArray x, NDArray gain);
}
