// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling.chinchilla;

import java.util.List;
import java.util.Optional;
import org.apache.commons.math3.stat.regression.SimpleRegression;

/**
 * The best size for each budget, as a power law: the result of approaches 1 and 2.
 *
 * <p><b>Definition.</b> N_opt = k C^a by least squares of ln N on ln C; D_opt = C / 6 N_opt, so b =
 * 1 − a. <b>Source.</b> Hoffmann et al. 2022, §3.1 and §3.2.
 *
 * @param coefficient k, above 0
 * @param a exponent of N_opt
 */
public record Frontier(double coefficient, double a) {
  private static final int LEAST_POINTS = 2;

  /** Fits the points; empty when there are fewer than two, or all have one size or budget. */
  static Optional<Frontier> through(List<Allocation> points) {
    boolean sizesDiffer =
        points.stream().mapToDouble(Allocation::parameters).distinct().count() > 1;
    boolean budgetsDiffer = points.stream().mapToDouble(Allocation::flops).distinct().count() > 1;
    if (points.size() < LEAST_POINTS || !sizesDiffer || !budgetsDiffer) {
      return Optional.empty();
    }
    SimpleRegression line = new SimpleRegression();
    points.forEach(point -> line.addData(Math.log(point.flops()), Math.log(point.parameters())));
    return Optional.of(new Frontier(Math.exp(line.getIntercept()), line.getSlope()));
  }

  /** Exponent of D_opt: 1 − a. */
  public double b() {
    return 1 - a;
  }

  /**
   * Returns N_opt and D_opt for a budget.
   *
   * @param flops C = 6ND, above 0
   */
  public Allocation optimal(double flops) {
    double parameters = coefficient * Math.pow(Allocation.checked(flops), a);
    return new Allocation(flops, parameters, flops / (6 * parameters));
  }
}
