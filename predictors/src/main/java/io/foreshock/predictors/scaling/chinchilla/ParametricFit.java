// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling.chinchilla;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Approach 3: fits the {@link LossSurface} to all rows at once.
 *
 * <p><b>Definition.</b> The lowest Σ Huber_δ(LSE(a − α ln Nᵢ, b − β ln Dᵢ, e) − ln Lᵢ), δ = {@value
 * #DELTA}, over the descents from the paper's {@value #STARTS} starts: α, β in {0, .5, …, 2}, e in
 * {−1, −.5, …, 1}, a, b in {0, 5, …, 25}; A, B, E = exp(a, b, e).
 *
 * <p><b>How.</b> Every start descends 20 iterations, the best 600 of them 30 more, and the best 40
 * of those until they end. The sum, not the mean, is minimized to the last digit, because Besiroglu
 * et al. 2024 found that the paper's own fit stopped early.
 *
 * <p><b>Edges.</b> At least {@value #LEAST_ROWS} rows, {@value #LEAST_LEVELS} sizes and as many
 * lengths: with fewer, E cannot be separated from A or B. Where the loss does not fall with N or
 * with D, there is no surface, and an exception is thrown. <b>Threads.</b> Those of {@link Pieces}.
 * <b>Cost.</b> About 120,000 passes over the rows: seconds at 240. <b>Source.</b> Hoffmann et al.
 * 2022, §3.3 and §D.2.
 *
 * @param surface the best fit
 * @param objective the sum at the best fit
 * @param rows number of fitted rows
 */
public record ParametricFit(LossSurface surface, double objective, int rows) {
  /** δ of Huber's loss. */
  static final double DELTA = 1e-3;

  /** Number of starts in the grid. */
  public static final int STARTS = 4500;

  private static final int LEAST_ROWS = 6;
  private static final int LEAST_LEVELS = 3;
  private static final int LONG = 1000;

  /** Descents per piece. */
  private static final int SLICE = 10;

  /** Iterations of all descents, of those that continue, and of the last few. */
  private static final int[] ITERATIONS = {20, 30, LONG};

  /** Number of descents that continue after each stage. */
  private static final int[] CONTINUED = {600, 40};

  /** Least E in a start, because ln 0 is not finite. */
  private static final double LEAST_FLOOR = 1e-9;

  /** Factors of the exponents from which a refit starts; the first is the fit of all rows. */
  private static final double[][] ALTERNATES = {{1, 1}, {0.7, 1}, {1.4, 1}, {1, 0.7}, {1, 1.4}};

  /**
   * Fits the surface to all rows.
   *
   * @throws FitException when the rows are too few or too alike, or have no such surface
   */
  public static ParametricFit of(Observations rows, Pieces pieces) {
    rows.need(LEAST_ROWS, LEAST_LEVELS, LEAST_LEVELS);
    SumOfPowers objective = objective(rows);
    End[] ends = descend(objective, starts(objective), ITERATIONS[0], pieces);
    for (int stage = 0; stage < CONTINUED.length; stage++) {
      double[][] best =
          Arrays.stream(ends).limit(CONTINUED[stage]).map(End::at).toArray(double[][]::new);
      ends = descend(objective, best, ITERATIONS[stage + 1], pieces);
    }
    End end = ends[0];
    LossSurface surface =
        surface(objective, end)
            .orElseThrow(
                () ->
                    FitException.column(
                        "loss", "does not fall with both parameters and tokens: expected it to"));
    return new ParametricFit(surface, end.value() * objective.scale(), rows.size());
  }

  /**
   * Returns the minimized sum for any surface.
   *
   * @return Σ Huber_δ over the rows
   */
  public static double objective(Observations rows, LossSurface surface) {
    SumOfPowers objective = objective(rows);
    return objective.value(at(objective, surface, 1, 1), new double[objective.size()])
        * objective.scale();
  }

  /**
   * Refits rows drawn with replacement, from this fit and four around it.
   *
   * @param data the fitted rows
   * @param seed of the draws
   */
  public Bootstrap<LossSurface> bootstrap(Observations data, int draws, long seed, Pieces pieces) {
    SumOfPowers objective = objective(data);
    return Bootstrap.of(
        data.size(),
        draws,
        seed,
        pieces,
        counts ->
            levels(data, counts, Observation::parameters) < LEAST_LEVELS
                    || levels(data, counts, Observation::tokens) < LEAST_LEVELS
                ? Optional.empty()
                : refit(objective.weighted(counts), ALTERNATES));
  }

  /** Refits to rows with these counts; empty when there is no surface. */
  Optional<LossSurface> refit(Observations data, int[] counts) {
    return refit(objective(data).weighted(counts), ALTERNATES);
  }

  /** The same when few rows are left out, starting from this fit alone. */
  Optional<LossSurface> refitNear(Observations data, int[] counts) {
    return refit(objective(data).weighted(counts), new double[][] {{1, 1}});
  }

  private Optional<LossSurface> refit(SumOfPowers objective, double[][] exponentFactors) {
    QuasiNewton descent = new QuasiNewton(objective);
    End best = new End(new double[0], Double.POSITIVE_INFINITY);
    for (double[] factors : exponentFactors) {
      descent.descend(at(objective, surface, factors[0], factors[1]), LONG);
      if (descent.converged() && descent.value() < best.value()) {
        best = End.of(descent);
      }
    }
    return Double.isFinite(best.value()) ? surface(objective, best) : Optional.empty();
  }

  private static long levels(Observations data, int[] counts, ToDoubleFunction<Observation> value) {
    return IntStream.range(0, counts.length)
        .filter(i -> counts[i] > 0)
        .mapToDouble(i -> value.applyAsDouble(data.rows().get(i)))
        .distinct()
        .count();
  }

  private static SumOfPowers objective(Observations rows) {
    return SumOfPowers.of(
        new double[][] {rows.column(Observation::parameters), rows.column(Observation::tokens)},
        rows.column(Observation::loss),
        DELTA,
        true);
  }

  /** Returns the ends of all descents with a finite value, lowest first. */
  private static End[] descend(
      SumOfPowers objective, double[][] starts, int iterations, Pieces pieces) {
    End[] ends = new End[starts.length];
    pieces.run(
        (starts.length + SLICE - 1) / SLICE,
        slice -> {
          QuasiNewton descent = new QuasiNewton(objective.copy());
          for (int i = slice * SLICE; i < Math.min(starts.length, (slice + 1) * SLICE); i++) {
            ends[i] = End.of(descent.descend(starts[i], iterations));
          }
        });
    return Arrays.stream(ends)
        .filter(end -> Double.isFinite(end.value()))
        .sorted(Comparator.comparingDouble(End::value))
        .toArray(End[]::new);
  }

  private static double[][] starts(SumOfPowers objective) {
    List<double[]> starts = new ArrayList<>();
    double[] exponents = IntStream.range(0, 5).mapToDouble(i -> 0.5 * i).toArray();
    double[] coefficients = IntStream.range(0, 6).mapToDouble(i -> 5.0 * i).toArray();
    double[] floors = IntStream.range(0, 5).mapToDouble(i -> 0.5 * i - 1).toArray();
    for (double alpha : exponents) {
      for (double beta : exponents) {
        for (double e : floors) {
          for (double a : coefficients) {
            for (double b : coefficients) {
              starts.add(
                  objective.standardized(new double[] {a, b}, new double[] {alpha, beta}, e));
            }
          }
        }
      }
    }
    return starts.toArray(double[][]::new);
  }

  /** Returns the parameters of a surface in the objective, with scaled exponents. */
  private static double[] at(
      SumOfPowers objective, LossSurface surface, double alphaFactor, double betaFactor) {
    double[] at =
        objective.standardized(
            new double[] {Math.log(surface.A()), Math.log(surface.B())},
            new double[] {surface.alpha(), surface.beta()},
            Math.log(Math.max(surface.E(), LEAST_FLOOR)));
    at[2] *= alphaFactor;
    at[3] *= betaFactor;
    return at;
  }

  private static Optional<LossSurface> surface(SumOfPowers objective, End end) {
    try {
      return Optional.of(
          new LossSurface(
              objective.irreducible(end.at()),
              objective.coefficient(end.at(), 0),
              objective.coefficient(end.at(), 1),
              objective.exponent(end.at(), 0),
              objective.exponent(end.at(), 1)));
    } catch (IllegalArgumentException notOne) {
      return Optional.empty();
    }
  }

  /** The end of a descent. */
  private record End(double[] at, double value) {
    static End of(QuasiNewton descent) {
      return new End(descent.at(), descent.value());
    }
  }
}
