// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling.chinchilla;

/**
 * The best model size and training length for a budget.
 *
 * @param flops C = 6ND, the budget
 * @param parameters N_opt
 * @param tokens D_opt
 */
public record Allocation(double flops, double parameters, double tokens) {
  /** D/N, about 20 by Hoffmann et al. */
  public double tokensPerParameter() {
    return tokens / parameters;
  }

  /** Returns the budget if it is a number above 0. */
  static double checked(double flops) {
    if (!(flops > 0 && Double.isFinite(flops))) {
      throw new IllegalArgumentException("budget = " + flops + ": expected FLOPs, above 0");
    }
    return flops;
  }
}
