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
 * How well smaller runs foretell larger ones: every finished run is judged by those that are
 * smaller, and held against what became of it.
 *
 * <p><b>Edges.</b> A run with fewer than two smaller sizes of its kind is not judged. Bands are
 * looked at at the milestones; a value is off as the watch has it ({@link #FAR} half-widths on the
 * side where trouble is).
 *
 * @param judgements of each run that could be judged
 * @param withoutBasis how many could not; runs that do not tell size and rate are none
 */
public record PreflightScore(List<Judgement> judgements, int withoutBasis) {
  /** Half-widths of a band beyond which a run is off trend. */
  public static final double FAR = 2;

  /**
   * One run.
   *
   * @param run its name
   * @param parameters its size
   * @param learningRate its rate
   * @param lost what became of it ({@link Outcomes})
   * @param preflight what smaller ones had said
   * @param looks values held against a band
   * @param inside how many of them within it
   * @param off how many of them off trend
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

    /** Whether the side of one half that the probability is on, or a crossing, told the outcome. */
    public boolean right() {
      return (preflight.verdict() == Verdict.UNSTABLE) == lost;
    }

    /** Whether the run kept to the rate called safe. */
    public boolean calledSafe() {
      return learningRate <= preflight.safeLearningRate();
    }
  }

  /** Judges what can be judged. */
  public static PreflightScore of(Collection<RunSummary> recorded) {
    List<RunSummary> runs = recorded.stream().filter(PreflightScore::tellsSizeAndRate).toList();
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
      if (!Kin.isSettled(run) || sizes < 2) {
        continue;
      }
      Preflight preflight = Trends.preflight(run.config(), smaller);
      if (preflight.verdict() == Verdict.NO_BASIS) {
        without++;
      } else {
        judgements.add(judge(run, size, outcomes.get(kind(run)).lost(run), preflight));
      }
    }
    return new PreflightScore(List.copyOf(judgements), without);
  }

  /** Mean of (probability − lost)², no probability being one half; NaN when none was judged. */
  public double brier() {
    return judgements.stream()
        .mapToDouble(
            j -> {
              double told = j.preflight().probability();
              return Math.pow((Double.isNaN(told) ? 0.5 : told) - (j.lost() ? 1 : 0), 2);
            })
        .average()
        .orElse(Double.NaN);
  }

  /** What became of the runs, among those of their own kind. */
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
      double[] values = run.milestones().get(band.signal());
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

  private static boolean tellsSizeAndRate(RunSummary run) {
    return !Double.isNaN(size(run)) && new Recipe(run.config()).learningRate().isPresent();
  }

  private static double size(RunSummary run) {
    Recipe recipe = new Recipe(run.config());
    return recipe.parametersNonEmbedding().orElse(recipe.parameters().orElse(Double.NaN));
  }
}
