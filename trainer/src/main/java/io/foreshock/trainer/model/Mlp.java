// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Activation;

/** The branch of a block that works on each token alone: x·in, an activation, ·out. */
public enum Mlp {
  /** GELU of 4·D hidden units (GPT-2). */
  GELU,
  /**
   * SiLU(gate) · up (Shazeer 2020), with 8/3·D hidden units rounded up to a multiple of 8: the same
   * number of parameters as GELU, except for the rounding. Columns of the joint matrix are (gate,
   * up).
   */
  SWIGLU;

  private static final long MULTIPLE = 8;

  /** Hidden units: rows of the matrix out. */
  long hidden(int width) {
    return switch (this) {
      case GELU -> 4L * width;
      case SWIGLU -> (8L * width + 3 * MULTIPLE - 1) / (3 * MULTIPLE) * MULTIPLE;
    };
  }

  /** Number of matrices side by side in the array in. */
  long matrices() {
    return this == SWIGLU ? 2 : 1;
  }

  /** Columns of the array in. */
  long columns(int width) {
    return matrices() * hidden(width);
  }

  /** Returns the hidden units (N, hidden) of x·in (N, columns). */
  NDArray activate(NDArray x) {
    if (this == GELU) {
      return x.getNDArrayInternal().gelu();
    }
    NDList halves = x.split(2, 1);
    NDArray gate = halves.get(0);
    return Activation.sigmoid(gate).mul(gate).mul(halves.get(1));
  }
}
