// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * Which runs their learning rate spoiled.
 *
 * <p><b>Definition.</b> A run is lost when it diverged ({@link Summarizer}); or when a run of its
 * kind and size at a lower rate did better by more than {@value #MARGIN}: its loss at the last
 * milestone that both reached is that much above. An instability seldom makes a small model's loss
 * rise; it keeps it from falling. (Wortsman et al. 2023 cap such losses in the sensitivity; the
 * margin is that of this project's labels.)
 *
 * <p><b>Edges.</b> Sizes within {@value #SAME_SIZE} count as one. A single run of its size is lost
 * only when it diverged.
 */
final class Outcomes {
  private static final double MARGIN = 0.10;
  private static final double SAME_SIZE = 0.01;

  private final Set<RunSummary> lost = new HashSet<>();

  /** Of runs of one kind whose end is known. */
  Outcomes(Collection<RunSummary> runs, ToDoubleFunction<RunSummary> parameters) {
    for (RunSummary run : runs) {
      boolean beaten =
          runs.stream()
              .filter(other -> sameSize(parameters, run, other))
              .anyMatch(other -> Recipe.rate(other) < Recipe.rate(run) && beats(other, run));
      if (run.diverged() || beaten) {
        lost.add(run);
      }
    }
  }

  boolean lost(RunSummary run) {
    return lost.contains(run);
  }

  private static boolean sameSize(
      ToDoubleFunction<RunSummary> parameters, RunSummary a, RunSummary b) {
    return Math.abs(Math.log(parameters.applyAsDouble(a) / parameters.applyAsDouble(b)))
        < SAME_SIZE;
  }

  private static boolean beats(RunSummary other, RunSummary run) {
    double[] theirs = other.milestones().get(TrendSignal.LOSS);
    double[] own = run.milestones().get(TrendSignal.LOSS);
    for (int k = Milestones.COUNT - 1; k >= 0; k--) {
      if (!Double.isNaN(theirs[k]) && !Double.isNaN(own[k])) {
        return own[k] > (1 + MARGIN) * theirs[k];
      }
    }
    return false;
  }
}
