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
import java.util.List;
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
 * <p><b>Edges.</b> Runs of one size give no bands for another. No basis: fewer than {@value
 * TrendSurface#FEWEST} runs whose end is known; or a size more than {@value #FARTHEST} powers of
 * ten outside of theirs. Size means parameters without embedding and head where all runs tell them,
 * else all parameters.
 *
 * <p><b>Threads.</b> None. <b>Cost.</b> O(runs · milestones): a millisecond for a hundred runs.
 * <b>Source.</b> Wortsman et al. 2023 (arXiv 2309.14322), section 3.3: small runs predict the
 * instabilities of large ones; the boundary, bands and distances are our own.
 */
public final class Trends {
  /** Probability to diverge that counts as safe. */
  public static final double SAFE = 0.1;

  private static final double LIKELY = 0.5;
  private static final int ENOUGH = 12;
  private static final double FARTHEST = 2;
  private static final double FAR = 0.7;

  /** Sizes this near, in powers of ten, need no trend between them. */
  private static final double SAME = 0.05;

  /** Beyond this many settings that differ, the rest is counted only. */
  private static final int TOLD_DIFFERENCES = 6;

  private final Recipe asked;
  private final long totalSteps;
  private final List<String> caveats = new ArrayList<>();
  private final Function<Recipe, OptionalDouble> size;
  private final List<RunSummary> runs;

  private Trends(RunConfig config, Collection<RunSummary> known) {
    asked = new Recipe(config);
    totalSteps = (long) asked.positive(ConfigField.TOTAL_STEPS).orElse(Long.MAX_VALUE);
    List<RunSummary> kin = known.stream().filter(this::isOfTheKind).toList();
    boolean core =
        asked.parametersNonEmbedding().isPresent()
            && kin.stream().allMatch(run -> recipe(run).parametersNonEmbedding().isPresent());
    size = core ? Recipe::parametersNonEmbedding : Recipe::parameters;
    runs = closest(kin.stream().filter(run -> size.apply(recipe(run)).isPresent()).toList());
    if (!core && !runs.isEmpty()) {
      caveats.add(
          "sizes are compared with embedding and head, since not all runs tell them without");
    }
  }

  /**
   * What is to be expected of a run.
   *
   * @param config of the run; at least its size and learning rate
   * @param known runs there have been, of any kind, without those that were rolled back
   * @throws IllegalArgumentException when size or rate is missing
   */
  public static Preflight preflight(RunConfig config, Collection<RunSummary> known) {
    Recipe recipe = new Recipe(config);
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
    List<RunSummary> sorted =
        kin.stream().sorted(Comparator.comparingInt(run -> differences(run).size())).toList();
    if (sorted.size() <= ENOUGH) {
      return sorted;
    }
    int most = differences(sorted.get(ENOUGH - 1)).size();
    return sorted.stream().filter(run -> differences(run).size() <= most).toList();
  }

  private Set<String> differences(RunSummary run) {
    return asked.differences(recipe(run));
  }

  private Preflight judge() {
    OptionalDouble parameters = size.apply(asked);
    List<RunSummary> settled = runs.stream().filter(Trends::isSettled).toList();
    if (parameters.isEmpty() || settled.size() < TrendSurface.FEWEST) {
      caveats.add(
          settled.size()
              + " finished runs of this kind ("
              + asked.kind()
              + "): expected at least "
              + TrendSurface.FEWEST);
      return noBasis(basis(settled, Double.NaN));
    }
    Basis basis = basis(settled, parameters.getAsDouble());
    if (basis.decadesOutsideSize() > FARTHEST) {
      caveats.add("the size is more than a hundred times outside of those of the runs");
      return noBasis(basis);
    }
    tellCaveats(basis);
    return judge(parameters.getAsDouble(), asked.learningRate().getAsDouble(), settled, basis);
  }

  private Preflight judge(double n, double rate, List<RunSummary> settled, Basis basis) {
    StabilityBoundary boundary =
        StabilityBoundary.of(settled, this::size, new Outcomes(settled, this::size)::lost);
    double probability = boundary.probability(n, rate);
    double safe = boundary.rateAt(n, SAFE, basis.lowestRate(), basis.highestRate());
    boolean sizeIsTold = basis.smallest() < basis.largest() || basis.decadesOutsideSize() < SAME;
    List<Band> bands =
        sizeIsTold ? new Bands(runs, size, asked, totalSteps).all(n, rate) : List.of();
    List<ExpectedCrossing> crossings = crossings(bands);
    Verdict verdict =
        probability >= LIKELY || !crossings.isEmpty()
            ? Verdict.UNSTABLE
            : probability <= SAFE ? Verdict.STABLE : Verdict.UNCERTAIN;
    boundary.caveat().ifPresent(caveats::add);
    return new Preflight(
        verdict,
        probability,
        safe,
        safe == basis.highestRate(),
        crossings,
        basis,
        bands,
        List.copyOf(caveats));
  }

  private List<ExpectedCrossing> crossings(List<Band> bands) {
    List<ExpectedCrossing> crossings = new ArrayList<>();
    for (Band band : bands) {
      if (band.signal() == TrendSignal.ATTENTION_LOGIT_MAX) {
        long step = band.firstAbove(LogitGrowth.USUAL_LIMIT);
        if (step >= 0) {
          crossings.add(new ExpectedCrossing(band.signal(), LogitGrowth.USUAL_LIMIT, step));
        }
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

  private Basis basis(List<RunSummary> settled, double parameters) {
    Outcomes outcomes = new Outcomes(settled, this::size);
    int lost = (int) settled.stream().filter(outcomes::lost).count();
    if (runs.isEmpty()) {
      double none = Double.NaN;
      return new Basis(0, 0, 0, none, none, none, none, none, none);
    }
    double[] sizes = runs.stream().mapToDouble(this::size).toArray();
    double[] rates = runs.stream().mapToDouble(Recipe::rate).toArray();
    Range of = range(sizes);
    Range ofRates = range(rates);
    return new Basis(
        runs.size(),
        settled.size(),
        lost,
        of.from(),
        of.to(),
        ofRates.from(),
        ofRates.to(),
        outside(of, parameters),
        outside(ofRates, asked.learningRate().getAsDouble()));
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

  /** Whether its end is known: it diverged, or came to nine tenths of its plan. */
  static boolean isSettled(RunSummary run) {
    double planned = run.config().number(ConfigField.TOTAL_STEPS).orElse(Double.POSITIVE_INFINITY);
    return run.diverged() || run.lastStep() >= 0.9 * planned;
  }
}
