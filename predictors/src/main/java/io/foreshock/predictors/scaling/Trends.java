// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling;

import io.foreshock.predictors.scaling.Crossing.Range;
import io.foreshock.predictors.scaling.Preflight.Basis;
import io.foreshock.predictors.scaling.Preflight.ExpectedCrossing;
import io.foreshock.predictors.scaling.Preflight.Verdict;
import io.foreshock.predictors.telemetry.ConfigField;
import io.foreshock.predictors.telemetry.RunConfig;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Judges a configuration by the runs of its kind, of other sizes and rates.
 *
 * <p><b>Definition.</b> Basis: the runs of the same kind ({@link Recipe}) that tell size and peak
 * rate, those most alike in their other settings first, until there are {@value #ENOUGH} of them.
 * The probability to diverge is logistic in log N and log η ({@link StabilityBoundary}). Bands are
 * {@link TrendSurface}s over size and rate at every milestone; the loss is compared at equal tokens
 * where all tell them, every other signal at equal steps. A signal is expected to cross where its
 * band's middle does.
 *
 * <p><b>Edges.</b> Runs of one size give no bands for another, nor those of other rates for one
 * more than {@value #NEAR_RATE} powers of ten outside. No basis: fewer than {@value
 * TrendSurface#FEWEST} runs whose end is known; or a size more than {@value #FARTHEST} powers of
 * ten outside of theirs. The end of a run is known by its plan ({@code total_steps}): of runs
 * without one only those that diverged would be, and all would seem to. Where all had the same end,
 * nothing is said of what lies beyond them. Size means parameters without embedding and head where
 * enough runs tell them, else all parameters.
 *
 * <p><b>Threads.</b> None. <b>Cost.</b> O(runs · milestones) and, of one size, O(runs²): a
 * millisecond for a hundred runs; no more than {@value #MOST} are used. <b>Source.</b> Wortsman et
 * al. 2023 (arXiv 2309.14322), section 3.3: small runs predict the instabilities of large ones; the
 * boundary, bands and distances are our own.
 */
public final class Trends {
  /** Probability to diverge that counts as safe. */
  public static final double SAFE = 0.1;

  private static final double LIKELY = 0.5;
  private static final int ENOUGH = 12;
  private static final int MOST = 1000;
  private static final double FARTHEST = 2;
  private static final double FAR = 0.7;

  /** Rates farther outside, in powers of ten, are not what a curve through the others tells of. */
  private static final double NEAR_RATE = 0.5;

  /** Beyond this many settings that differ, the rest is counted only. */
  private static final int TOLD_DIFFERENCES = 6;

  private final Recipe asked;
  private final long totalSteps;
  private final List<String> caveats = new ArrayList<>();
  private final Function<Recipe, OptionalDouble> size;
  private final List<RunSummary> runs;
  private final List<RunSummary> settled;
  private final Outcomes outcomes;

  private Trends(RunConfig config, Collection<RunSummary> known) {
    asked = new Recipe(config);
    totalSteps = (long) asked.positive(ConfigField.TOTAL_STEPS).orElse(Long.MAX_VALUE);
    List<RunSummary> kin = known.stream().filter(this::isOfTheKind).toList();
    size = comparedSize(kin);
    List<RunSummary> sized =
        kin.stream().filter(run -> size.apply(recipe(run)).isPresent()).toList();
    if (sized.size() < kin.size()) {
      caveats.add(
          (kin.size() - sized.size()) + " runs do not tell their size as the others do: left out");
    }
    runs = closest(sized);
    settled = runs.stream().filter(Trends::isSettled).toList();
    outcomes = new Outcomes(settled, this::size);
  }

  /** Without embedding and head where that can be told of enough runs, else with them. */
  private Function<Recipe, OptionalDouble> comparedSize(List<RunSummary> kin) {
    long core =
        kin.stream().filter(run -> recipe(run).parametersNonEmbedding().isPresent()).count();
    boolean all = asked.parameters().isEmpty() || core == kin.size();
    if (asked.parametersNonEmbedding().isPresent() && (all || core >= TrendSurface.FEWEST)) {
      return Recipe::parametersNonEmbedding;
    }
    if (!kin.isEmpty()) {
      caveats.add("sizes are compared with embedding and head, as too few runs tell them without");
    }
    return Recipe::parameters;
  }

  /**
   * What is to be expected of a run.
   *
   * @param config of the run; at least its size and learning rate
   * @param known runs there have been, of any kind, without those that were rolled back
   * @throws IllegalArgumentException when size or rate is missing or not above 0
   */
  public static Preflight preflight(RunConfig config, Collection<RunSummary> known) {
    Recipe recipe = new Recipe(config);
    recipe.checkPositive(ConfigField.PARAMETERS);
    recipe.checkPositive(ConfigField.PARAMETERS_NON_EMBEDDING);
    recipe.checkPositive(ConfigField.LEARNING_RATE);
    if (recipe.parameters().isEmpty() && recipe.parametersNonEmbedding().isEmpty()) {
      throw new IllegalArgumentException(
          "parameters_non_embedding or parameters is missing: expected the size of the model");
    }
    if (recipe.learningRate().isEmpty()) {
      throw new IllegalArgumentException("learning_rate is missing: expected the peak rate");
    }
    return new Trends(config, known).judge();
  }

  private boolean isOfTheKind(RunSummary run) {
    Recipe recipe = recipe(run);
    return recipe.sameKind(asked) && recipe.learningRate().isPresent();
  }

  /** The runs most alike, all that are equally so. */
  private List<RunSummary> closest(List<RunSummary> kin) {
    Map<RunSummary, Integer> apart = new HashMap<>();
    kin.forEach(run -> apart.put(run, differences(run).size()));
    List<RunSummary> sorted = kin.stream().sorted(Comparator.comparingInt(apart::get)).toList();
    if (sorted.size() <= ENOUGH) {
      return sorted;
    }
    int most = apart.get(sorted.get(ENOUGH - 1));
    return sorted.stream().filter(run -> apart.get(run) <= most).limit(MOST).toList();
  }

  private Set<String> differences(RunSummary run) {
    return asked.differences(recipe(run));
  }

  private Preflight judge() {
    OptionalDouble parameters = size.apply(asked);
    if (parameters.isEmpty() || settled.size() < TrendSurface.FEWEST) {
      caveats.add(
          settled.size()
              + " finished runs of this kind ("
              + asked.kind()
              + "): expected at least "
              + TrendSurface.FEWEST);
      return noBasis(basis(Double.NaN));
    }
    Basis basis = basis(parameters.getAsDouble());
    if (basis.decadesOutsideSize() > FARTHEST) {
      caveats.add("the size is more than a hundred times outside of those of the runs");
      return noBasis(basis);
    }
    tellCaveats(basis);
    return judge(parameters.getAsDouble(), asked.learningRate().getAsDouble(), basis);
  }

  private Preflight judge(double n, double rate, Basis basis) {
    StabilityBoundary boundary = StabilityBoundary.of(settled, this::size, outcomes::lost);
    boundary.caveat().ifPresent(caveats::add);
    double probability = isBeyond(rate, basis) ? Double.NaN : boundary.probability(n, rate);
    double safe = boundary.rateAt(n, SAFE, basis.lowestRate(), basis.highestRate());
    List<Band> bands =
        basis.decadesOutsideRate() > NEAR_RATE
            ? List.of()
            : new Bands(runs, size, asked, totalSteps).all(n, rate);
    List<ExpectedCrossing> crossings = crossings(bands);
    boolean logitCrosses =
        crossings.stream().anyMatch(c -> c.signal() == TrendSignal.ATTENTION_LOGIT_MAX);
    return new Preflight(
        verdict(probability, crossings, logitCrosses),
        probability,
        logitCrosses && rate <= safe ? Double.NaN : safe,
        safe == basis.highestRate(),
        crossings,
        basis,
        bands,
        List.copyOf(caveats));
  }

  private static Verdict verdict(
      double probability, List<ExpectedCrossing> crossings, boolean logitCrosses) {
    if (logitCrosses || probability >= LIKELY) {
      return Verdict.UNSTABLE;
    }
    return probability <= SAFE && crossings.isEmpty() ? Verdict.STABLE : Verdict.UNCERTAIN;
  }

  /** Whether all runs had the same end, and this one lies where it may change. */
  private static boolean isBeyond(double rate, Basis basis) {
    boolean farLarger = basis.decadesOutsideSize() > FAR;
    return basis.lost() == 0 && (rate > basis.highestRate() || farLarger)
        || basis.lost() == basis.settled() && (rate < basis.lowestRate() || farLarger);
  }

  private List<ExpectedCrossing> crossings(List<Band> bands) {
    List<ExpectedCrossing> crossings = new ArrayList<>();
    OptionalDouble epsilon = asked.positive(ConfigField.ADAM_EPSILON);
    for (Band band : bands) {
      double limit =
          switch (band.signal()) {
            case ATTENTION_LOGIT_MAX -> LogitGrowth.USUAL_LIMIT;
            case GRAD_RMS -> epsilon.orElse(Double.NaN);
            case LOSS -> Double.NaN;
          };
      long step = band.firstBeyond(limit);
      if (step >= 0) {
        crossings.add(new ExpectedCrossing(band.signal(), limit, step));
      }
    }
    return crossings;
  }

  private void tellCaveats(Basis basis) {
    if (basis.decadesOutsideSize() > FAR) {
      caveats.add(
          "the size is %.0f times outside of those of the runs"
              .formatted(Math.pow(10, basis.decadesOutsideSize())));
    }
    if (basis.decadesOutsideRate() > 0.01) {
      caveats.add(
          "the learning rate is %.1f times outside of those of the runs"
              .formatted(Math.pow(10, basis.decadesOutsideRate())));
    }
    if (basis.smallest() == basis.largest()) {
      caveats.add("all runs are of one size: nothing tells how size matters");
    }
    Set<String> differing = new TreeSet<>();
    runs.forEach(run -> differing.addAll(differences(run)));
    if (!differing.isEmpty()) {
      List<String> told = differing.stream().limit(TOLD_DIFFERENCES).toList();
      int more = differing.size() - told.size();
      caveats.add(
          "the runs differ from this one in "
              + String.join(", ", told)
              + (more > 0 ? " and " + more + " more" : ""));
    }
  }

  private Preflight noBasis(Basis basis) {
    return new Preflight(
        Verdict.NO_BASIS,
        Double.NaN,
        Double.NaN,
        false,
        List.of(),
        basis,
        List.of(),
        List.copyOf(caveats));
  }

  /** Of the runs whose end is known; of all where there is none. */
  private Basis basis(double parameters) {
    int lost = (int) settled.stream().filter(outcomes::lost).count();
    List<RunSummary> known = settled.isEmpty() ? runs : settled;
    if (known.isEmpty()) {
      double none = Double.NaN;
      return new Basis(0, 0, 0, none, none, none, none, none, none);
    }
    Range sizes = range(known.stream().mapToDouble(this::size).toArray());
    Range rates = range(known.stream().mapToDouble(Recipe::rate).toArray());
    return new Basis(
        runs.size(),
        settled.size(),
        lost,
        sizes.from(),
        sizes.to(),
        rates.from(),
        rates.to(),
        outside(sizes, parameters),
        outside(rates, asked.learningRate().getAsDouble()));
  }

  private static Range range(double[] values) {
    double low = Double.POSITIVE_INFINITY;
    double high = 0;
    for (double value : values) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    return new Range(low, high);
  }

  private static double outside(Range of, double value) {
    return new Range(Math.log10(of.from()), Math.log10(of.to())).outside(Math.log10(value));
  }

  private double size(RunSummary run) {
    return size.apply(recipe(run)).getAsDouble();
  }

  private static Recipe recipe(RunSummary run) {
    return new Recipe(run.config());
  }

  /** Whether its end is known: it had a plan, and diverged or came to nine tenths of it. */
  static boolean isSettled(RunSummary run) {
    double planned = run.config().number(ConfigField.TOTAL_STEPS).orElse(Double.NaN);
    return planned > 0 && (run.diverged() || run.lastStep() >= 0.9 * planned);
  }
}
