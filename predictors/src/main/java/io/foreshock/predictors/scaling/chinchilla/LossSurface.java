// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling.chinchilla;

/**
 * Loss as a sum of an irreducible part, a part of the model's size and a part of the training's
 * length.
 *
 * <p><b>Definition.</b> L(N, D) = E + A / N^α + B / D^β. <b>Source.</b> Hoffmann et al. 2022, §3.3,
 * eq. 2 to 4.
 *
 * @param E loss of infinite models and data, nats per token, ≥ 0
 * @param A coefficient of the model's size, above 0
 * @param B coefficient of the data, above 0
 * @param alpha α, above 0
 * @param beta β, above 0
 * @throws IllegalArgumentException where a value is out of its range
 */
public record LossSurface(double E, double A, double B, double alpha, double beta) {
  public LossSurface {
    checkFloor(E);
    positive("A", A);
    positive("B", B);
    positive("alpha", alpha);
    positive("beta", beta);
  }

  /** Returns L(N, D), nats per token. */
  public double loss(double parameters, double tokens) {
    return E + A * Math.pow(parameters, -alpha) + B * Math.pow(tokens, -beta);
  }

  /** Exponent of N_opt in C: β / (α + β). */
  public double a() {
    return beta / (alpha + beta);
  }

  /** Exponent of D_opt in C: α / (α + β). */
  public double b() {
    return alpha / (alpha + beta);
  }

  /**
   * Returns the allocation of lowest loss for a budget (eq. 4): N_opt = G (C/6)^a, D_opt = (C/6)^b
   * / G, G = (αA / βB)^(1 / (α + β)).
   *
   * @param flops C = 6ND, above 0
   */
  public Allocation optimal(double flops) {
    double c = Math.log(Allocation.checked(flops) / 6);
    double g = Math.log(alpha * A / (beta * B)) / (alpha + beta);
    return new Allocation(flops, Math.exp(g + a() * c), Math.exp(b() * c - g));
  }

  static void checkFloor(double e) {
    if (!(e >= 0 && Double.isFinite(e))) {
      throw new IllegalArgumentException("E = " + e + ": expected a finite value of at least 0");
    }
  }

  static void positive(String name, double value) {
    if (!(value > 0 && Double.isFinite(value))) {
      throw new IllegalArgumentException(
          name + " = " + value + ": expected a finite value above 0");
    }
  }
}
