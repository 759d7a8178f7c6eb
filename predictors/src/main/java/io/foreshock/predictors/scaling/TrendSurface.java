// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling;

import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;

/**
 * Fit of how one quantity depends on size and learning rate.
 *
 * <p><b>Definition.</b> Least squares of log10 of the quantity over 1, h, n, n·h, h², n² with n =
 * log10 N and h = log10 η. Runs of one size and learning rate count as one, by their mean, because
 * seeds and variants do not show how far the surface is off at other sizes. A term is used when
 * enough different sizes or learning rates determine it: two for a slope, three for a square, two
 * of both for the product. There must also be at least {@value #DEGREES} points more than terms;
 * terms are tried in that order. Intervals are those of a new run, whose variance is that of the
 * residuals, or of the runs within a point if that is larger.
 *
 * <p><b>Edges.</b> Runs without the quantity are left out. There is no surface for fewer than
 * {@value #FEWEST} runs. <b>Threads.</b> Immutable. <b>Cost.</b> O(runs).
 */
record TrendSurface(Term[] terms, Regression regression, double varianceWithin) {
  static final int FEWEST = 4;
  private static final int DEGREES = 3;

  /** One run: its size, its learning rate, and the quantity, above 0; NaN when it has none. */
  record Point(double parameters, double learningRate, double value) {}

  private enum Term {
    ONE,
    RATE,
    SIZE,
    PRODUCT,
    RATE_SQUARED,
    SIZE_SQUARED;

    double of(double n, double h) {
      return switch (this) {
        case ONE -> 1;
        case RATE -> h;
        case SIZE -> n;
        case PRODUCT -> n * h;
        case RATE_SQUARED -> h * h;
        case SIZE_SQUARED -> n * n;
      };
    }

    boolean determinedBy(long sizes, long rates) {
      return switch (this) {
        case ONE -> true;
        case RATE -> rates >= 2;
        case SIZE -> sizes >= 2;
        case PRODUCT -> rates >= 2 && sizes >= 2;
        case RATE_SQUARED -> rates >= 3;
        case SIZE_SQUARED -> sizes >= 3;
      };
    }
  }

  /** Fits a surface through runs; empty when there are too few. */
  static Optional<TrendSurface> of(List<Point> runs) {
    Map<List<Double>, SummaryStatistics> cells = new LinkedHashMap<>();
    for (Point run : runs) {
      if (run.value() > 0) {
        cells
            .computeIfAbsent(
                List.of(run.parameters(), run.learningRate()), cell -> new SummaryStatistics())
            .addValue(Math.log10(run.value()));
      }
    }
    if (cells.size() < FEWEST) {
      return Optional.empty();
    }
    List<Point> points =
        cells.keySet().stream().map(c -> new Point(c.get(0), c.get(1), 1)).toList();
    double[] logs = cells.values().stream().mapToDouble(SummaryStatistics::getMean).toArray();
    return through(points, logs, varianceWithin(cells.values()));
  }

  private static Optional<TrendSurface> through(
      List<Point> points, double[] logs, double varianceWithin) {
    long sizes = points.stream().mapToDouble(Point::parameters).distinct().count();
    long rates = points.stream().mapToDouble(Point::learningRate).distinct().count();
    Term[] determined =
        Arrays.stream(Term.values())
            .filter(term -> term.determinedBy(sizes, rates))
            .toArray(Term[]::new);
    for (int count = Math.min(determined.length, points.size() - DEGREES); count > 0; count--) {
      Term[] terms = Arrays.copyOf(determined, count);
      double[][] design = points.stream().map(point -> row(terms, point)).toArray(double[][]::new);
      try {
        return Optional.of(new TrendSurface(terms, Regression.of(design, logs), varianceWithin));
      } catch (IllegalArgumentException undetermined) {
        // sizes and learning rates that come in fixed pairs determine fewer terms
        continue;
      }
    }
    return Optional.empty();
  }

  /** Variance of the runs around their cells' means; 0 when each cell has one run. */
  private static double varianceWithin(Collection<SummaryStatistics> cells) {
    double squares = cells.stream().mapToDouble(SummaryStatistics::getSecondMoment).sum();
    long degrees = cells.stream().mapToLong(cell -> cell.getN() - 1).sum();
    return degrees == 0 ? 0 : squares / degrees;
  }

  /** Whether it contains how the quantity changes with size. */
  boolean dependsOnSize() {
    return Arrays.asList(terms).contains(Term.SIZE);
  }

  /** The expected log10 at a size and a learning rate. */
  double log10(double parameters, double learningRate) {
    return regression.value(row(terms, new Point(parameters, learningRate, 1)));
  }

  /** Half of the interval of 95 % of such runs, in decades. */
  double halfWidth(double parameters, double learningRate) {
    double leverage = regression.leverage(row(terms, new Point(parameters, learningRate, 1)));
    Noise noise = Noise.of(regression.residualSquares(), regression.degrees());
    double variance = noise.deviation() * noise.deviation();
    return noise.quantile() * Math.sqrt(variance * leverage + Math.max(variance, varianceWithin));
  }

  private static double[] row(Term[] terms, Point at) {
    double n = Math.log10(at.parameters());
    double h = Math.log10(at.learningRate());
    return Arrays.stream(terms).mapToDouble(term -> term.of(n, h)).toArray();
  }
}
