// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling.chinchilla;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Approach 1: the sizes with the lowest loss along the training curves.
 *
 * <p><b>Definition.</b> At {@value #POINTS} values of C, evenly spaced in ln C over all curves, the
 * curve of lowest loss (interpolated in ln L over ln C) gives N_opt. A value counts as on the
 * envelope only if both a smaller and a larger model have a curve there: where the smallest or the
 * largest one is lowest, the best size may lie outside of those tried. A {@link Frontier} is fitted
 * through the remaining values.
 *
 * <p><b>Edges.</b> With fewer than four overlapping sizes at most one can be bracketed, and there
 * is no frontier. Noisy curves must be smoothed first ({@link TrainingCurve#smoothed}), because
 * otherwise the noise decides. <b>Threads.</b> Immutable. <b>Cost.</b> 1,500 · curves ·
 * log(points). <b>Source.</b> Hoffmann et al. 2022, §3.1; the bracketing is our own.
 *
 * @param frontier power law through the points
 * @param points the values of C on the envelope, rising, with their best sizes
 * @param leftOut number of values of C that were not bracketed
 */
public record Envelope(Frontier frontier, List<Allocation> points, int leftOut) {
  private static final int POINTS = 1500;

  public Envelope {
    points = List.copyOf(points);
  }

  /**
   * Fits the envelope of training curves.
   *
   * @throws FitException when fewer than two sizes are on the envelope
   */
  public static Envelope of(List<TrainingCurve> curves) {
    int[] once = new int[curves.size()];
    Arrays.fill(once, 1);
    return fit(curves, once)
        .orElseThrow(
            () ->
                FitException.column(
                    "parameters",
                    "fewer than two sizes have the lowest loss between a smaller and a larger"
                        + " one's curve: expected at least four sizes whose curves overlap in FLOPs"));
  }

  /** Refits curves drawn with replacement. */
  public static Bootstrap<Frontier> bootstrap(
      List<TrainingCurve> curves, int draws, long seed, Pieces pieces) {
    return Bootstrap.of(
        curves.size(), draws, seed, pieces, counts -> fit(curves, counts).map(Envelope::frontier));
  }

  private static Optional<Envelope> fit(List<TrainingCurve> all, int[] counts) {
    List<TrainingCurve> curves = new ArrayList<>();
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] > 0) {
        curves.add(all.get(i)); // a curve that is drawn twice does not change the envelope
      }
    }
    double low = curves.stream().mapToDouble(TrainingCurve::leastLogFlops).min().orElse(0);
    double high = curves.stream().mapToDouble(TrainingCurve::mostLogFlops).max().orElse(0);
    List<Allocation> points = new ArrayList<>();
    for (int i = 0; i < POINTS; i++) {
      double logFlops = low + (high - low) * i / (POINTS - 1);
      best(curves, logFlops).ifPresent(points::add);
    }
    return Frontier.through(points)
        .map(frontier -> new Envelope(frontier, points, POINTS - points.size()));
  }

  /** Returns the allocation of the lowest curve at C, if it is bracketed. */
  private static Optional<Allocation> best(List<TrainingCurve> curves, double logFlops) {
    double smallest = Double.POSITIVE_INFINITY;
    double largest = 0;
    double lowest = Double.POSITIVE_INFINITY;
    double parameters = Double.NaN;
    for (TrainingCurve curve : curves) {
      if (curve.leastLogFlops() <= logFlops && logFlops <= curve.mostLogFlops()) {
        smallest = Math.min(smallest, curve.parameters());
        largest = Math.max(largest, curve.parameters());
        double loss = curve.logLoss(logFlops);
        if (loss < lowest) {
          lowest = loss;
          parameters = curve.parameters();
        }
      }
    }
    if (!(smallest < parameters && parameters < largest)) {
      return Optional.empty();
    }
    double flops = Math.exp(logFlops);
    return Optional.of(new Allocation(flops, parameters, flops / (6 * parameters)));
  }
}
