// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling.chinchilla;

/**
 * A power law above an irreducible part: y = E + A x^(−α).
 *
 * @param E irreducible part, ≥ 0; 0 in the plain form
 * @param A coefficient, above 0
 * @param alpha α; below 0 when y rises with x
 */
public record PowerLaw(double E, double A, double alpha) {
  public PowerLaw {
    LossSurface.checkFloor(E);
    LossSurface.positive("A", A);
    if (!Double.isFinite(alpha)) {
      throw new IllegalArgumentException("alpha = " + alpha + ": expected a finite value");
    }
  }

  /** Returns y at x, for x above 0. */
  public double at(double x) {
    return E + A * Math.pow(x, -alpha);
  }
}
