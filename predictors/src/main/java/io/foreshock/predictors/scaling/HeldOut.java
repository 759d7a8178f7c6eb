// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling;

import io.foreshock.predictors.stats.Share;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/**
 * How well the attention logits of small models predict those of the next larger size.
 *
 * <p><b>Definition.</b> For k = 2, 3, …: the k smallest sizes of the sweep are fitted. Every run of
 * size k + 1 is predicted if at least two of the k sizes have a logit at its learning rate. A
 * prediction is right when it lies on the same side of the limit as the measured logit; its error
 * is |log10 predicted − log10 measured|, in decades.
 *
 * <p><b>Edges.</b> A run whose logit overflowed lies above the limit and has no error. One whose
 * logit is NaN is left out and counted.
 *
 * @param cells held-out runs, by rising size, then learning rate
 * @param unknown number of held-out runs without a logit
 * @param limit the logit not to be reached
 */
public record HeldOut(List<Cell> cells, int unknown, double limit) {

  /**
   * One held-out run.
   *
   * @param sizes k, the number of smaller sizes that were fitted
   * @param prediction prediction of the fit
   * @param unchanged logit of the largest fitted size at this learning rate, as a guess that needs
   *     no fit
   * @param actual the measured logit; infinite when it overflowed
   */
  public record Cell(int sizes, Prediction prediction, double unchanged, double actual) {
    /** |log10 predicted − log10 measured|; NaN when it overflowed. */
    public double errorDecades() {
      return distance(prediction.value(), actual);
    }

    /** The same error for the guess that needs no fit. */
    public double unchangedErrorDecades() {
      return distance(unchanged, actual);
    }

    /** Whether prediction and measurement lie on the same side of the limit. */
    public boolean right(double limit) {
      return prediction.value() > limit == actual > limit;
    }

    /** Whether the measured logit is within the 95 % interval. */
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
        if (!isPredictable(smaller, point.learningRate())) {
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

  /** Returns the cells that were predicted from k sizes. */
  public HeldOut from(int k) {
    return new HeldOut(cells.stream().filter(cell -> cell.sizes == k).toList(), unknown, limit);
  }

  /** Share of predictions on the right side of the limit. */
  public Share right() {
    return share(cell -> cell.right(limit));
  }

  /** The same share for the guess that the logit is that of the largest fitted size. */
  public Share unchangedRight() {
    return share(cell -> cell.unchanged > limit == cell.actual > limit);
  }

  /** Share of runs above the limit. */
  public Share above() {
    return share(cell -> cell.actual > limit);
  }

  /** Share of runs within the 95 % interval, among the runs that have one. */
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

  private static boolean isPredictable(List<TrendPoint> points, double rate) {
    return points.stream()
            .filter(point -> point.learningRate() == rate && point.measured())
            .mapToDouble(TrendPoint::parameters)
            .distinct()
            .count()
        >= 2;
  }

  /** Geometric mean of the largest size's runs at a learning rate. */
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
