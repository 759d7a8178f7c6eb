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
    if (!(E >= 0 && Double.isFinite(E))) {
      throw new IllegalArgumentException("E = " + E + ": expected a finite value of at least 0");
    }
    if (!(A > 0 && Double.isFinite(A))) {
      throw new IllegalArgumentException("A = " + A + ": expected a finite value above 0");
    }
    if (!Double.isFinite(alpha)) {
      throw new IllegalArgumentException("alpha = " + alpha + ": expected a finite value");
    }
  }

  /** Returns y at x, for x above 0. */
  public double at(double x) {
    return E + A * Math.pow(x, -alpha);
  }
}
