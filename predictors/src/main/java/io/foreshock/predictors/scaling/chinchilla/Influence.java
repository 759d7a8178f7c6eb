// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling.chinchilla;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.StatUtils;

/**
 * How much a fit depends on few rows: the exponent a without each row, and without the highest
 * losses together.
 *
 * <p><b>Definition.</b> A row is influential when leaving it out moves a by more than one standard
 * error, here √n · 1.4826 · median |aᵢ − median a|: the jackknife's, but by medians, because
 * otherwise a single outlier would hide itself by widening it. The {@value #MOST_TOGETHER} highest
 * losses, at most a twentieth of the rows, are left out together as well: Besiroglu et al. 2024
 * found that five of 245 move Hoffmann's a from 0.51 to 0.56. <b>Cost.</b> One refit per row, of a
 * few milliseconds each. <b>Source.</b> Our own.
 *
 * @param standardError standard error of a, by the robust jackknife
 * @param rows numbers of the influential rows
 * @param highest numbers of the highest losses that were left out together
 * @param withoutHighest a without those; NaN when the remaining rows cannot be fitted
 */
public record Influence(
    double standardError, List<Integer> rows, List<Integer> highest, double withoutHighest) {
  private static final int MOST_TOGETHER = 5;
  private static final int ONE_IN = 20;

  /** Median absolute deviation to standard deviation, of a normal distribution. */
  private static final double NORMAL = 1.4826;

  public Influence {
    rows = List.copyOf(rows);
    highest = List.copyOf(highest);
  }

  /**
   * Refits without each row of a table.
   *
   * @param fit fit of all its rows
   */
  public static Influence of(Observations rows, ParametricFit fit, Pieces pieces) {
    int n = rows.size();
    double[] without = new double[n];
    pieces.run(
        n,
        i -> {
          int[] others = new int[n];
          Arrays.fill(others, 1);
          others[i] = 0;
          without[i] = fit.refitNear(rows, others).map(LossSurface::a).orElse(Double.NaN);
        });
    double[] known = Arrays.stream(without).filter(Double::isFinite).toArray();
    double centre = StatUtils.percentile(known, 50);
    double[] moves = Arrays.stream(known).map(a -> Math.abs(a - centre)).toArray();
    double error = Math.sqrt(n) * NORMAL * StatUtils.percentile(moves, 50);
    List<Integer> influential = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      if (!(Math.abs(without[i] - fit.surface().a()) <= error)) {
        influential.add(rows.rows().get(i).row());
      }
    }
    List<Observation> highest =
        rows.rows().stream()
            .sorted(Comparator.comparingDouble(Observation::loss).reversed())
            .limit(Math.max(1, Math.min(MOST_TOGETHER, n / ONE_IN)))
            .toList();
    return new Influence(
        error,
        influential,
        highest.stream().map(Observation::row).sorted().toList(),
        aWithout(rows, fit, highest));
  }

  /**
   * Returns the caveats of this influence.
   *
   * @param a exponent of all rows
   */
  public List<Caveat> caveats(double a) {
    List<Caveat> caveats = new ArrayList<>();
    if (!rows.isEmpty()) {
      caveats.add(
          new Caveat(
              Caveat.Kind.INFLUENTIAL_ROWS,
              rows,
              Caveats.text(
                  "a moves by more than its standard error of %.3g without %s",
                  standardError,
                  rows.size() == 1 ? "one row" : "any of " + rows.size() + " rows")));
    }
    if (!(Math.abs(withoutHighest - a) <= standardError)) {
      caveats.add(
          new Caveat(
              Caveat.Kind.INFLUENTIAL_ROWS,
              highest,
              Caveats.text(
                  "without the highest %d losses a is %.4f instead of %.4f (standard error %.3g)",
                  highest.size(), withoutHighest, a, standardError)));
    }
    return caveats;
  }

  private static double aWithout(Observations rows, ParametricFit fit, List<Observation> left) {
    int[] counts =
        IntStream.range(0, rows.size())
            .map(i -> left.contains(rows.rows().get(i)) ? 0 : 1)
            .toArray();
    return fit.refit(rows, counts).map(LossSurface::a).orElse(Double.NaN);
  }
}
