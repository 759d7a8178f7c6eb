// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling.chinchilla;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.apache.commons.math3.stat.StatUtils;

/**
 * The same fit on rows drawn anew, with replacement, many times over.
 *
 * <p><b>Edges.</b> Draws that cannot be fitted are left out and counted: many of them mean that the
 * spread is told too small. <b>Threads.</b> Immutable. <b>Source.</b> Efron 1979; percentile
 * intervals.
 *
 * @param fits what came out, in the order of the draws
 * @param failed draws without a fit
 */
public record Bootstrap<T>(List<T> fits, int failed) {
  private static final int LEAST_FITS = 2;

  public Bootstrap {
    fits = List.copyOf(fits);
  }

  /**
   * Draws and refits.
   *
   * @param rows how many rows there are, and how many are drawn
   * @param draws how often, above 0
   * @param seed of the draws; the same seed draws the same rows, on any number of threads
   * @param refit given how often each row was drawn; empty where that cannot be fitted
   */
  static <T> Bootstrap<T> of(
      int rows, int draws, long seed, Pieces pieces, Function<int[], Optional<T>> refit) {
    if (draws < 1) {
      throw new IllegalArgumentException("bootstrap = " + draws + ": expected at least 1");
    }
    long[] seeds = new SplittableRandom(seed).longs(draws).toArray();
    List<Optional<T>> results = new ArrayList<>();
    for (int i = 0; i < draws; i++) {
      results.add(Optional.empty());
    }
    pieces.run(draws, i -> results.set(i, refit.apply(counts(rows, seeds[i]))));
    List<T> fits = results.stream().flatMap(Optional::stream).toList();
    return new Bootstrap<>(fits, draws - fits.size());
  }

  /**
   * Of a value of the fits; NaN where there are fewer than two.
   *
   * @param value such as {@code LossSurface::a}
   */
  public Spread spread(ToDoubleFunction<T> value) {
    if (fits.size() < LEAST_FITS) {
      return new Spread(Double.NaN, Double.NaN, Double.NaN);
    }
    double[] values = fits.stream().mapToDouble(value).toArray();
    return new Spread(
        Math.sqrt(StatUtils.variance(values)),
        StatUtils.percentile(values, 2.5),
        StatUtils.percentile(values, 97.5));
  }

  private static int[] counts(int rows, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int[] counts = new int[rows];
    for (int i = 0; i < rows; i++) {
      counts[random.nextInt(rows)]++;
    }
    return counts;
  }
}
