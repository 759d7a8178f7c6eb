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
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;

/**
 * Judges a configuration by the runs of its kind, of other sizes and learning rates.
 *
 * <p><b>Definition.</b> Basis: the runs of its kind ({@link Kin}). The probability of being
 * unstable is logistic in log N and log η ({@link StabilityBoundary}). Bands are {@link
 * TrendSurface}s over size and rate at every milestone; the loss is compared at equal tokens where
 * all runs announce them, every other signal at equal steps. A signal is expected to cross where
 * the middle of its band does.
 *
 * <p><b>Edges.</b> Runs of one size give no bands for another size, nor for a learning rate more
 * than {@value #NEAR_RATE} powers of ten outside of theirs. There is no basis with fewer than
 * {@value TrendSurface#FEWEST} runs whose end is known, or when the size is more than {@value
 * #FARTHEST} powers of ten outside of theirs. The end of a run is known by its plan ({@code
 * total_steps}). Runs without a plan are not used, because only the diverged ones would be known to
 * have ended. Where all runs ended alike, there is no probability beyond them.
 *
 * <p><b>Threads.</b> None. <b>Cost.</b> O(runs · milestones) and, within one size, O(runs²): a
 * millisecond for a hundred runs. At most a thousand are used. <b>Source.</b> Wortsman et al. 2023
 * (arXiv 2309.14322), section 3.3: small runs predict the instabilities of large ones; the
 * boundary, bands and distances are our own.
 */
public final class Trends {
  /** Probability of being unstable up to which a run counts as safe. */
  public static final double SAFE = 0.1;

  /** Probability of being unstable from which the verdict is unstable. */
  public static final double LIKELY = 0.5;

  private static final double FARTHEST = 2;
  private static final double FAR = 0.7;

  /**
   * Largest distance of a learning rate from those of the runs, in powers of ten, that has bands.
   */
  private static final double NEAR_RATE = 0.5;

  private final Recipe asked;
  private final long totalSteps;
  private final List<String> caveats = new ArrayList<>();
  private final Kin kin;
  private final Outcomes outcomes;

  private Trends(RunConfig config, Collection<RunSummary> known) {
    asked = new Recipe(config);
    totalSteps = (long) asked.positive(ConfigField.TOTAL_STEPS).orElse(Long.MAX_VALUE);
    kin = new Kin(asked, known);
    outcomes = new Outcomes(kin.settled(), kin::size);
    caveats.addAll(kin.caveats());
  }

  /**
   * Judges a run.
   *
   * @param config configuration of the run, with at least its size and learning rate
   * @param known runs of any kind, without those that were rolled back
   * @throws IllegalArgumentException when size or learning rate is missing or not above 0
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
      throw new IllegalArgumentException(
          "learning_rate is missing: expected the peak learning rate");
    }
    return new Trends(config, known).judge();
  }

  private Preflight judge() {
    OptionalDouble parameters = kin.sizeOf(asked);
    int settled = kin.settled().size();
    if (parameters.isEmpty() || settled < TrendSurface.FEWEST) {
      caveats.add(
          "%s finished %s of this kind (%s): expected at least %s"
              .formatted(
                  settled, settled == 1 ? "run" : "runs", asked.kind(), TrendSurface.FEWEST));
      return noBasis(basis(Double.NaN));
    }
    Basis basis = basis(parameters.getAsDouble());
    if (basis.decadesOutsideSize() > FARTHEST) {
      caveats.add("the size is more than a hundred times outside of those of the runs");
      return noBasis(basis);
    }
    addCaveats(basis);
    return judge(parameters.getAsDouble(), asked.learningRate().getAsDouble(), basis);
  }

  private Preflight judge(double n, double rate, Basis basis) {
    StabilityBoundary boundary = StabilityBoundary.of(kin.settled(), kin::size, outcomes::unstable);
    boundary.caveat().ifPresent(caveats::add);
    double probability = isBeyond(n, rate, basis) ? Double.NaN : boundary.probability(n, rate);
    double safe = safeRate(boundary, n, basis);
    List<Band> bands =
        basis.decadesOutsideRate() > NEAR_RATE
            ? List.of()
            : new Bands(kin, asked, totalSteps).all(n, rate);
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

  /**
   * Whether all runs ended alike, and this one lies where that may change. A larger model counts as
   * a higher learning rate, because the learning rate from which runs are unstable was seen to fall
   * with nearly the first power of size.
   */
  private static boolean isBeyond(double n, double rate, Basis basis) {
    return basis.lost() == 0 && rate * Math.max(1, n / basis.largest()) > basis.highestRate()
        || basis.lost() == basis.settled()
            && rate * Math.min(1, n / basis.smallest()) < basis.lowestRate();
  }

  /**
   * Returns the highest safe learning rate; if no run was unstable, the highest one not beyond
   * them.
   */
  private static double safeRate(StabilityBoundary boundary, double n, Basis basis) {
    double highest = basis.highestRate();
    if (basis.lost() == 0) {
      double safe = highest / Math.max(1, n / basis.largest());
      return safe >= basis.lowestRate() ? safe : Double.NaN;
    }
    return boundary.rateAt(n, SAFE, basis.lowestRate(), highest);
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

  private void addCaveats(Basis basis) {
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
      caveats.add("all runs are of one size, so the effect of size is unknown");
    }
    kin.differences().ifPresent(caveats::add);
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

  /** The basis of the runs whose end is known, or of all runs if there is none. */
  private Basis basis(double parameters) {
    List<RunSummary> settled = kin.settled();
    int lost = (int) settled.stream().filter(outcomes::unstable).count();
    List<RunSummary> known = settled.isEmpty() ? kin.runs() : settled;
    if (known.isEmpty()) {
      double none = Double.NaN;
      return new Basis(0, 0, 0, none, none, none, none, none, none);
    }
    Range sizes = range(known.stream().mapToDouble(kin::size));
    Range rates = range(known.stream().mapToDouble(Recipe::rate));
    return new Basis(
        kin.runs().size(),
        settled.size(),
        lost,
        sizes.from(),
        sizes.to(),
        rates.from(),
        rates.to(),
        outside(sizes, parameters),
        outside(rates, asked.learningRate().getAsDouble()));
  }

  private static Range range(DoubleStream values) {
    DoubleSummaryStatistics summary = values.summaryStatistics();
    return new Range(summary.getMin(), summary.getMax());
  }

  private static double outside(Range of, double value) {
    return new Range(Math.log10(of.from()), Math.log10(of.to())).outside(Math.log10(value));
  }
}
