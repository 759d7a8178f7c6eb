// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling.chinchilla;

/**
 * How a budget is best spent.
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

  /** Refuses a budget that is none. */
  static double checked(double flops) {
    if (!(flops > 0 && Double.isFinite(flops))) {
      throw new IllegalArgumentException("budget = " + flops + ": expected FLOPs, above 0");
    }
    return flops;
  }
}
