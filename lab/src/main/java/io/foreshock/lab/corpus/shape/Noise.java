// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.corpus.shape;

import io.foreshock.lab.corpus.draw.Draw;
import java.util.Locale;

/**
 * Random numbers of mean 0 and variance 1, one for each row of a run.
 *
 * <p><b>Source.</b> The loss of public logs scatters without correlation between rows (lag-1
 * autocorrelation of −0.15 to 0.1 around a running median of 31 rows). Its tails are Gaussian
 * (algoperf, translation) or heavy: the GPT-2 speed runs (modded-nanogpt) have an excess kurtosis
 * of 6 to 19. Correlated noise occurs where several rows share data.
 */
final class Noise {
  /** Degrees of freedom of Student's t; its variance is ν/(ν − 2) = 2. */
  private static final int FREEDOM = 4;

  /** The largest value in standard deviations, so that a healthy row remains a possible row. */
  private static final double LARGEST = 10;

  /** How the numbers are distributed. */
  enum Tails {
    GAUSSIAN,
    /** Laplace's distribution: excess kurtosis 3. */
    LAPLACE,
    /** Student's t with 4 degrees of freedom: its kurtosis is infinite. */
    STUDENT,
    /** Gaussian and correlated in time: zᵢ = φ·zᵢ₋₁ + √(1 − φ²)·gᵢ. */
    CORRELATED;

    String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Draw draw;
  private final Tails tails;
  private final double correlation;
  private double last;

  /**
   * Noise that starts in its stationary state.
   *
   * @param correlation φ, from 0 to below 1; only {@link Tails#CORRELATED} uses it
   */
  Noise(Draw draw, Tails tails, double correlation) {
    this.draw = draw;
    this.tails = tails;
    this.correlation = correlation;
    last = draw.gaussian();
  }

  double next() {
    double value =
        switch (tails) {
          case GAUSSIAN -> draw.gaussian();
          case LAPLACE -> exponential() * (draw.chance(0.5) ? 1 : -1) / StrictMath.sqrt(2);
          case STUDENT -> student();
          case CORRELATED -> correlated();
        };
    return Math.max(-LARGEST, Math.min(LARGEST, value));
  }

  private double exponential() {
    return -StrictMath.log(1 - draw.uniform(0, 1));
  }

  private double student() {
    double chiSquare = 2 * (exponential() + exponential());
    double variance = FREEDOM / (FREEDOM - 2.0);
    return draw.gaussian() / StrictMath.sqrt(chiSquare / FREEDOM) / StrictMath.sqrt(variance);
  }

  private double correlated() {
    last = correlation * last + StrictMath.sqrt(1 - correlation * correlation) * draw.gaussian();
    return last;
  }
}
