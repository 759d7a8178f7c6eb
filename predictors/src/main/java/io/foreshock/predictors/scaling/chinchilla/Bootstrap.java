// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling.chinchilla;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.apache.commons.math3.stat.StatUtils;

/**
 * Repeated fits on rows that are drawn with replacement.
 *
 * <p><b>Edges.</b> Draws that cannot be fitted are left out and counted. If there are many, the
 * spread is too small. <b>Threads.</b> Immutable. <b>Source.</b> Efron 1979; percentile intervals.
 *
 * @param fits the fits, in the order of the draws
 * @param failed number of draws without a fit
 */
public record Bootstrap<T>(List<T> fits, int failed) {
  private static final int LEAST_FITS = 2;

  public Bootstrap {
    fits = List.copyOf(fits);
  }

  /**
   * Draws and refits.
   *
   * @param rows number of rows, and of rows in each draw
   * @param draws number of draws, above 0
   * @param seed seed of the draws; the same seed draws the same rows, on any number of threads
   * @param refit fits rows by how often each was drawn; empty when that cannot be fitted
   */
  static <T> Bootstrap<T> of(
      int rows, int draws, long seed, Pieces pieces, Function<int[], Optional<T>> refit) {
    if (draws < 1) {
      throw new IllegalArgumentException("bootstrap = " + draws + ": expected at least 1");
    }
    long[] seeds = new SplittableRandom(seed).longs(draws).toArray();
    List<Optional<T>> results = new ArrayList<>(Collections.nCopies(draws, Optional.empty()));
    pieces.run(draws, i -> results.set(i, refit.apply(counts(rows, seeds[i]))));
    List<T> fits = results.stream().flatMap(Optional::stream).toList();
    return new Bootstrap<>(fits, draws - fits.size());
  }

  /**
   * Returns the spread of a value over the fits; NaN when there are fewer than two.
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
