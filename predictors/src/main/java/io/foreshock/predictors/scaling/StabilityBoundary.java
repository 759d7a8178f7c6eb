// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling;

import io.foreshock.predictors.stats.LogisticRegression;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/**
 * Probability that a run is unstable, by size and learning rate.
 *
 * <p><b>Definition.</b> P = 1 / (1 + exp(−(α + β·h + γ·n))), h = log10 η, n = log10 N, by logistic
 * regression with a ridge of {@value #RIDGE} on standardized columns, which keeps P away from 0 and
 * 1 where stable and unstable runs separate completely.
 *
 * <p><b>Edges.</b> When all runs ended alike, P is Jeffreys' (k + ½) / (n + 1) for every size and
 * learning rate, because it is unknown where it changes. When higher learning rates were safer, a
 * caveat is added.
 */
record StabilityBoundary(double[] weights, Optional<String> caveat) {
  private static final double RIDGE = 0.1;

  /** Fits runs whose end is known, at least one. */
  static StabilityBoundary of(
      List<RunSummary> runs,
      ToDoubleFunction<RunSummary> parameters,
      Predicate<RunSummary> unstable) {
    int diverged = (int) runs.stream().filter(unstable).count();
    if (diverged == 0 || diverged == runs.size()) {
      double alike = (diverged + 0.5) / (runs.size() + 1);
      return new StabilityBoundary(
          new double[] {Math.log(alike / (1 - alike)), 0, 0},
          Optional.of(
              (diverged == 0 ? "none" : "all")
                  + " of these runs were unstable, so it is unknown where that changes"));
    }
    double[][] x = new double[runs.size()][];
    boolean[] diverges = new boolean[runs.size()];
    double[] ones = new double[runs.size()];
    for (int i = 0; i < x.length; i++) {
      RunSummary run = runs.get(i);
      x[i] = new double[] {Math.log10(Recipe.rate(run)), Math.log10(parameters.applyAsDouble(run))};
      diverges[i] = unstable.test(run);
    }
    Arrays.fill(ones, 1);
    double[] weights = LogisticRegression.fit(x, diverges, ones, RIDGE);
    return new StabilityBoundary(
        weights,
        weights[1] > 0
            ? Optional.empty()
            : Optional.of("of these runs not more were unstable at higher learning rates"));
  }

  double probability(double parameters, double rate) {
    return LogisticRegression.chance(
        weights[0] + weights[1] * Math.log10(rate) + weights[2] * Math.log10(parameters));
  }

  /**
   * Returns the highest learning rate with at most this probability, within the given ones; NaN
   * when there is none, or when the probability does not grow with the learning rate.
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
}
