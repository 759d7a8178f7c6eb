// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.model;

import ai.djl.ndarray.NDArray;

/**
 * Float32 numbers rounded to fewer bits of mantissa: what a narrower format does to them, without
 * its range.
 *
 * <p><b>Definition.</b> With c = x·(2^(24−n)+1), the rounded number is c − (c − x), which has n
 * significant bits and lies nearest to x (Veltkamp's splitting; Dekker 1971). The gradient passes
 * straight through, as if nothing were rounded.
 *
 * <p><b>Edges.</b> Beyond 3.4e38/2^(24−n) the product overflows and the result is NaN. Not the
 * tensor library's own bfloat16: DJL's ends the process.
 */
final class Mantissa {
  /** Significant bits of a float32, the implicit one included: nothing is rounded. */
  static final int FLOAT32 = 24;

  /** The fewest that the splitting is good for. */
  static final int FEWEST = 2;

  private final int bits;

  /** Keeps {@code bits} significant bits, {@link #FEWEST} to {@link #FLOAT32}. */
  Mantissa(int bits) {
    if (bits < FEWEST || bits > FLOAT32) {
      throw new IllegalArgumentException(
          "attention bits = %d: expected %d to %d".formatted(bits, FEWEST, FLOAT32));
    }
    this.bits = bits;
  }

  /** Rounds, in a new array; {@code x} itself where nothing is to be rounded. */
  NDArray round(NDArray x) {
    if (bits == FLOAT32) {
      return x;
    }
    NDArray exact = x.stopGradient();
    NDArray c = exact.mul((float) ((1 << (FLOAT32 - bits)) + 1));
    NDArray rounded = c.sub(c.sub(exact));
    return x.add(rounded.subi(exact)); // both differences are exact, and so is the sum
  }
}
