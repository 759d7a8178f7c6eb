// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.model;

import ai.djl.ndarray.NDArray;

/**
 * Float32 numbers rounded to fewer bits of mantissa: the precision of a narrower format, without
 * its range.
 *
 * <p><b>Definition.</b> With c = x·(2^(24−n)+1), the rounded number is c − (c − x), which has n
 * significant bits and lies nearest to x (Veltkamp's splitting; Dekker 1971). The gradient passes
 * unchanged, as if nothing were rounded.
 *
 * <p><b>Edges.</b> Beyond 3.4e38/2^(24−n) the product overflows and the result is NaN. The tensor
 * library's own bfloat16 is not used, because DJL's version ends the process.
 */
final class Mantissa {
  /** Significant bits of a float32, the implicit one included: nothing is rounded. */
  static final int FLOAT32 = 24;

  /** The fewest bits for which the splitting works. */
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

  /** Rounds into a new array; returns {@code x} itself when nothing is rounded. */
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
