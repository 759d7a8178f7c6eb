// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * Finds the unstable runs.
 *
 * <p><b>Definition.</b> A run is unstable when it diverged ({@link Summarizer}). It is also
 * unstable when its loss is more than {@value #MARGIN} above that of a run of its kind and size at
 * a lower learning rate, at the last milestone that both reached. An instability seldom makes a
 * small model's loss rise; it keeps the loss from falling. (Wortsman et al. 2023 cap such losses in
 * the sensitivity; the margin is that of this project's labels.)
 *
 * <p><b>Edges.</b> Sizes within {@value #SAME_SIZE} count as one. Losses of runs that differ in
 * length, batch, vocabulary or schedule are not compared. A single run of its size is unstable only
 * when it diverged. <b>Cost.</b> O(runs²) within a size.
 */
final class Outcomes {
  private static final double MARGIN = 0.10;
  private static final double SAME_SIZE = 0.01;

  private final Set<RunSummary> unstable = new HashSet<>();

  /** Judges runs of one kind whose end is known. */
  Outcomes(Collection<RunSummary> runs, ToDoubleFunction<RunSummary> parameters) {
    List<RunSummary> bySize = runs.stream().sorted(Comparator.comparingDouble(parameters)).toList();
    int from = 0;
    for (int to = 1; to <= bySize.size(); to++) {
      if (to == bySize.size() || !sameSize(parameters, bySize.get(to - 1), bySize.get(to))) {
        ofOneSize(bySize.subList(from, to));
        from = to;
      }
    }
  }

  private void ofOneSize(List<RunSummary> runs) {
    runs.stream()
        .filter(run -> run.diverged() || runs.stream().anyMatch(other -> beats(other, run)))
        .forEach(unstable::add);
  }

  boolean unstable(RunSummary run) {
    return unstable.contains(run);
  }

  private static boolean sameSize(
      ToDoubleFunction<RunSummary> parameters, RunSummary a, RunSummary b) {
    return Math.abs(Math.log(parameters.applyAsDouble(a) / parameters.applyAsDouble(b)))
        < SAME_SIZE;
  }

  private static boolean beats(RunSummary other, RunSummary run) {
    if (Recipe.rate(other) >= Recipe.rate(run)) {
      return false;
    }
    double[] theirs = other.milestones(TrendSignal.LOSS);
    double[] own = run.milestones(TrendSignal.LOSS);
    for (int k = Milestones.COUNT - 1; k >= 0; k--) {
      if (!Double.isNaN(theirs[k]) && !Double.isNaN(own[k])) {
        return own[k] > (1 + MARGIN) * theirs[k]
            && new Recipe(other.config()).sameCourse(new Recipe(run.config()));
      }
    }
    return false;
  }
}
