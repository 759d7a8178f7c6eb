// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.model;

import java.nio.FloatBuffer;
import java.util.Random;

/**
 * The initial values of a parameter.
 *
 * <p>They are drawn from {@link Random}, not from the tensor library, so that a seed gives the same
 * weights on every device and version.
 *
 * @param kind ones, normal or truncated normal
 * @param standardDeviation of the filled values; unused for ones
 * @param zeroRun number of values that stay 0 before each run of as many filled ones; 0 for none
 */
public record Initialization(Kind kind, double standardDeviation, int zeroRun) {

  /** The distributions. */
  public enum Kind {
    ONES,
    NORMAL,
    TRUNCATED_NORMAL
  }

  /** Gain of a normalization. */
  static final Initialization ONES = new Initialization(Kind.ONES, 0, 0);

  /** Cut of the truncated normal, in standard deviations of the normal before the cut. */
  private static final double CUT = 2;

  /** Standard deviation that a unit normal has left after the cut at ±2. */
  private static final double CUT_DEVIATION = 0.87962566103423978;

  static Initialization normal(double standardDeviation) {
    return new Initialization(Kind.NORMAL, standardDeviation, 0);
  }

  /**
   * A normal cut at two standard deviations and widened so that the result has the given standard
   * deviation, as Flax does it (the library of Wortsman et al. 2023, appendix A).
   */
  static Initialization truncatedNormal(double standardDeviation) {
    return new Initialization(Kind.TRUNCATED_NORMAL, standardDeviation, 0);
  }

  /** Returns the same with alternating runs of zeros and filled values, {@code run} of each. */
  Initialization afterZeros(int run) {
    return new Initialization(kind, standardDeviation, run);
  }

  /** Writes {@code count} values. */
  void fill(FloatBuffer target, long count, Random random) {
    for (long i = 0; i < count; i++) {
      boolean zero = zeroRun > 0 && i / zeroRun % 2 == 0;
      target.put(zero ? 0 : (float) draw(random));
    }
  }

  private double draw(Random random) {
    return switch (kind) {
      case ONES -> 1;
      case NORMAL -> standardDeviation * random.nextGaussian();
      case TRUNCATED_NORMAL -> standardDeviation / CUT_DEVIATION * cut(random);
    };
  }

  private static double cut(Random random) {
    double value = random.nextGaussian();
    while (Math.abs(value) > CUT) {
      value = random.nextGaussian();
    }
    return value;
  }
}
