// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling;

import io.foreshock.predictors.stats.LogisticRegression;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/**
 * Which sizes and learning rates lose runs.
 *
 * <p><b>Definition.</b> P = 1 / (1 + exp(−(α + β·h + γ·n))), h = log10 η, n = log10 N, by logistic
 * regression with a ridge of {@value #RIDGE} on standardized columns, which keeps P off 0 and 1
 * where the runs part cleanly.
 *
 * <p><b>Edges.</b> All runs alike: P is (k + ½) / (n + 1) of Jeffreys whatever size and rate, for
 * nothing tells where it changes. A rate that makes runs safer by rising is told as a caveat.
 */
final class StabilityBoundary {
  private static final double RIDGE = 0.1;

  private final double[] weights;
  private final String caveat;

  private StabilityBoundary(double[] weights, String caveat) {
    this.weights = weights;
    this.caveat = caveat;
  }

  /** Of runs whose end is known, at least one. */
  static StabilityBoundary of(
      List<RunSummary> runs, ToDoubleFunction<RunSummary> parameters, Predicate<RunSummary> lost) {
    int diverged = (int) runs.stream().filter(lost).count();
    if (diverged == 0 || diverged == runs.size()) {
      double alike = (diverged + 0.5) / (runs.size() + 1);
      return new StabilityBoundary(
          new double[] {Math.log(alike / (1 - alike)), 0, 0},
          (diverged == 0 ? "none" : "all")
              + " of these runs were lost: where that ends is unknown");
    }
    double[][] x = new double[runs.size()][];
    boolean[] diverges = new boolean[runs.size()];
    double[] ones = new double[runs.size()];
    for (int i = 0; i < x.length; i++) {
      RunSummary run = runs.get(i);
      x[i] = new double[] {Math.log10(Recipe.rate(run)), Math.log10(parameters.applyAsDouble(run))};
      diverges[i] = lost.test(run);
    }
    Arrays.fill(ones, 1);
    double[] weights = LogisticRegression.fit(x, diverges, ones, RIDGE);
    return new StabilityBoundary(
        weights, weights[1] > 0 ? null : "higher learning rates did not lose more of these runs");
  }

  double probability(double parameters, double rate) {
    return LogisticRegression.chance(
        weights[0] + weights[1] * Math.log10(rate) + weights[2] * Math.log10(parameters));
  }

  /**
   * The highest rate with at most this probability, within the rates given; NaN when none is, or
   * when the rate does not tell.
   */
  double rateAt(double parameters, double probability, double lowest, double highest) {
    if (probability(parameters, highest) <= probability) {
      return highest;
    }
    double z = Math.log(probability / (1 - probability));
    double h = (z - weights[0] - weights[2] * Math.log10(parameters)) / weights[1];
    double rate = Math.pow(10, h);
    return weights[1] > 0 && rate >= lowest ? rate : Double.NaN;
  }

  Optional<String> caveat() {
    return Optional.ofNullable(caveat);
  }
}
