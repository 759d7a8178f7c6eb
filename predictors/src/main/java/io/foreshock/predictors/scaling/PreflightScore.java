// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling;

import io.foreshock.predictors.scaling.Preflight.Verdict;
import io.foreshock.predictors.telemetry.ConfigField;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * How well smaller runs predict larger ones: every finished run is judged by the smaller ones, and
 * the judgement is compared with its outcome.
 *
 * <p><b>Edges.</b> A run with fewer than two smaller sizes of its kind is not judged. Bands are
 * compared at the milestones; a value is off trend by the rule of the watch ({@link #FAR}
 * half-widths on the bad side).
 *
 * @param judgements the runs that could be judged
 * @param withoutBasis number of runs that could not; runs without size and learning rate are not
 *     counted
 */
public record PreflightScore(List<Judgement> judgements, int withoutBasis) {
  /** Half-widths of a band beyond which a run is off trend. */
  public static final double FAR = 2;

  /**
   * The judgement of one run.
   *
   * @param run name of the run
   * @param parameters its size
   * @param learningRate its learning rate
   * @param lost whether it was unstable ({@link Outcomes})
   * @param preflight judgement by smaller runs
   * @param looks number of values compared with a band
   * @param inside number of those within the band
   * @param off number of those off trend
   */
  public record Judgement(
      String run,
      double parameters,
      double learningRate,
      boolean lost,
      Preflight preflight,
      int looks,
      int inside,
      int off) {

    /** Whether the verdict was right about the run being unstable. */
    public boolean right() {
      return (preflight.verdict() == Verdict.UNSTABLE) == lost;
    }

    /** Whether the run's learning rate was called safe. */
    public boolean calledSafe() {
      return learningRate <= preflight.safeLearningRate();
    }
  }

  /** Judges all runs that can be judged. */
  public static PreflightScore of(Collection<RunSummary> recorded) {
    List<RunSummary> runs = recorded.stream().filter(PreflightScore::hasSizeAndRate).toList();
    List<Judgement> judgements = new ArrayList<>();
    int without = 0;
    Map<String, Outcomes> outcomes = outcomes(runs);
    for (RunSummary run : runs) {
      double size = size(run);
      List<RunSummary> smaller =
          runs.stream()
              .filter(other -> size(other) < size && kind(other).equals(kind(run)))
              .toList();
      long sizes = smaller.stream().mapToDouble(PreflightScore::size).distinct().count();
      Outcomes own = outcomes.get(kind(run)); // there is one when the run is settled
      if (own == null || !Kin.isSettled(run) || sizes < 2) {
        continue;
      }
      Preflight preflight = Trends.preflight(run.config(), smaller);
      if (preflight.verdict() == Verdict.NO_BASIS) {
        without++;
      } else {
        judgements.add(judge(run, size, own.unstable(run), preflight));
      }
    }
    return new PreflightScore(List.copyOf(judgements), without);
  }

  /**
   * Mean of (probability − outcome)², where no probability counts as one half; NaN without
   * judgements.
   */
  public double brier() {
    return judgements.stream()
        .mapToDouble(
            j -> {
              double forecast = j.preflight().probability();
              return Math.pow((Double.isNaN(forecast) ? 0.5 : forecast) - (j.lost() ? 1 : 0), 2);
            })
        .average()
        .orElse(Double.NaN);
  }

  /** Outcomes of the runs, by their kind. */
  private static Map<String, Outcomes> outcomes(Collection<RunSummary> runs) {
    Map<String, Outcomes> outcomes = new HashMap<>();
    runs.stream()
        .filter(Kin::isSettled)
        .collect(Collectors.groupingBy(PreflightScore::kind))
        .forEach((kind, of) -> outcomes.put(kind, new Outcomes(of, PreflightScore::size)));
    return outcomes;
  }

  private static String kind(RunSummary run) {
    return new Recipe(run.config()).kind();
  }

  private static Judgement judge(RunSummary run, double size, boolean lost, Preflight preflight) {
    int looks = 0;
    int inside = 0;
    int off = 0;
    for (Band band : preflight.bands()) {
      double[] values = run.milestones(band.signal());
      for (int k = 0; k < Milestones.COUNT; k++) {
        double factor = Math.log(band.factor(Milestones.step(k)));
        double distance = Math.log(values[k] / band.expected(Milestones.step(k))) / factor;
        if (!Double.isNaN(distance)) {
          looks++;
          inside += Math.abs(distance) <= 1 ? 1 : 0;
          off += band.signal().worse() * distance > FAR ? 1 : 0;
        }
      }
    }
    double rate = run.config().number(ConfigField.LEARNING_RATE).orElse(Double.NaN);
    return new Judgement(run.run(), size, rate, lost, preflight, looks, inside, off);
  }

  private static boolean hasSizeAndRate(RunSummary run) {
    return !Double.isNaN(size(run)) && new Recipe(run.config()).learningRate().isPresent();
  }

  private static double size(RunSummary run) {
    Recipe recipe = new Recipe(run.config());
    return recipe.parametersNonEmbedding().orElse(recipe.parameters().orElse(Double.NaN));
  }
}
