// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling;

import io.foreshock.predictors.stats.Share;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/**
 * How well small models' attention logits would have told those of the next larger one.
 *
 * <p><b>Definition.</b> For k = 2, 3, …: the k smallest sizes of the sweep are fitted, and every
 * run of size k + 1 is predicted at whose rate at least two of the k sizes have a logit. A
 * prediction is right when it lies on the same side of the limit as what was measured; its error is
 * |log10 predicted − log10 measured|, in decades.
 *
 * <p><b>Edges.</b> A run whose logit overflowed lies above the limit and has no error. One whose
 * logit is NaN is left out and counted.
 *
 * @param cells a held-out run each, by rising size, then rate
 * @param unknown held-out runs that had no logit to compare with
 * @param limit the logit not to be reached
 */
public record HeldOut(List<Cell> cells, int unknown, double limit) {

  /**
   * One held-out run.
   *
   * @param sizes k, how many smaller sizes were fitted
   * @param prediction what the fit says
   * @param unchanged what the largest fitted size showed at this rate, as a guess that needs no fit
   * @param actual what was measured; infinite when it overflowed
   */
  public record Cell(int sizes, Prediction prediction, double unchanged, double actual) {
    /** |log10 predicted − log10 measured|; NaN when it overflowed. */
    public double errorDecades() {
      return distance(prediction.value(), actual);
    }

    /** The same of the guess that needs no fit. */
    public double unchangedErrorDecades() {
      return distance(unchanged, actual);
    }

    /** Whether prediction and measurement lie on the same side of the limit. */
    public boolean right(double limit) {
      return prediction.value() > limit == actual > limit;
    }

    /** Whether the 95 % interval holds what was measured. */
    public boolean inside() {
      return actual >= prediction.low() && actual <= prediction.high();
    }

    private static double distance(double guess, double actual) {
      return Double.isInfinite(actual) ? Double.NaN : Math.abs(Math.log10(guess / actual));
    }
  }

  /** Holds out one size after the other. */
  public static HeldOut of(List<TrendPoint> points, LogitShape shape, double limit) {
    double[] sizes =
        points.stream().mapToDouble(TrendPoint::parameters).distinct().sorted().toArray();
    List<Cell> cells = new ArrayList<>();
    int unknown = 0;
    for (int k = 2; k < sizes.length; k++) {
      double largest = sizes[k - 1];
      double next = sizes[k];
      List<TrendPoint> smaller = points.stream().filter(p -> p.parameters() <= largest).toList();
      LogitGrowth growth = LogitGrowth.fit(smaller, shape, limit);
      for (TrendPoint point : runs(points, next)) {
        if (!told(smaller, point.learningRate())) {
          continue;
        }
        if (Double.isNaN(point.value())) {
          unknown++;
          continue;
        }
        int fitted = k;
        growth
            .predict(next, point.learningRate())
            .ifPresent(
                prediction ->
                    cells.add(
                        new Cell(
                            fitted,
                            prediction,
                            unchanged(smaller, point.learningRate()),
                            point.value())));
      }
    }
    return new HeldOut(List.copyOf(cells), unknown, limit);
  }

  /** Those predicted from k sizes. */
  public HeldOut from(int k) {
    return new HeldOut(cells.stream().filter(cell -> cell.sizes == k).toList(), unknown, limit);
  }

  /** Predictions on the right side of the limit. */
  public Share right() {
    return share(cell -> cell.right(limit));
  }

  /** The same of the guess that a run shows what the largest fitted size did. */
  public Share unchangedRight() {
    return share(cell -> cell.unchanged > limit == cell.actual > limit);
  }

  /** Runs above the limit. */
  public Share above() {
    return share(cell -> cell.actual > limit);
  }

  /** Runs that the 95 % interval held; of those that have one. */
  public Share inside() {
    List<Cell> known = cells.stream().filter(cell -> !Double.isNaN(cell.prediction.low())).toList();
    return new Share((int) known.stream().filter(Cell::inside).count(), known.size());
  }

  /** Median error; NaN without cells. */
  public double medianErrorDecades() {
    return median(cells.stream().mapToDouble(Cell::errorDecades).toArray());
  }

  /** Median error of the guess that needs no fit; NaN without cells. */
  public double unchangedMedianErrorDecades() {
    return median(cells.stream().mapToDouble(Cell::unchangedErrorDecades).toArray());
  }

  private Share share(Predicate<Cell> holds) {
    return new Share((int) cells.stream().filter(holds).count(), cells.size());
  }

  private static List<TrendPoint> runs(List<TrendPoint> points, double size) {
    return points.stream()
        .filter(point -> point.parameters() == size)
        .sorted(Comparator.comparingDouble(TrendPoint::learningRate))
        .toList();
  }

  private static boolean told(List<TrendPoint> points, double rate) {
    return points.stream()
            .filter(point -> point.learningRate() == rate && point.measured())
            .mapToDouble(TrendPoint::parameters)
            .distinct()
            .count()
        >= 2;
  }

  /** Geometric mean of the largest size's runs at that rate. */
  private static double unchanged(List<TrendPoint> points, double rate) {
    List<TrendPoint> own =
        points.stream().filter(p -> p.learningRate() == rate && p.measured()).toList();
    double largest = own.stream().mapToDouble(TrendPoint::parameters).max().orElseThrow();
    return Math.pow(
        10,
        own.stream()
            .filter(point -> point.parameters() == largest)
            .mapToDouble(point -> Math.log10(point.value()))
            .average()
            .orElseThrow());
  }

  private static double median(double[] values) {
    double[] sorted = Arrays.stream(values).filter(Double::isFinite).sorted().toArray();
    int n = sorted.length;
    return n == 0 ? Double.NaN : (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
  }
}
