// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling.chinchilla;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.commons.math3.stat.regression.SimpleRegression;

/**
 * Fits a {@link PowerLaw} by least squares of the log residuals ln(E + A x^(−α)) − ln y.
 *
 * <p><b>How.</b> Descents from {@value #FLOORS} values of E between 0 and the lowest y, each with
 * the line through ln(y − E); the lowest end is used. <b>Edges.</b> With E at least {@value
 * #LEAST_WITH_E} points at three different x, otherwise {@value #LEAST} at two. y must vary.
 * <b>Threads.</b> Immutable. <b>Cost.</b> Milliseconds.
 *
 * @param law the best fit
 * @param deviation root mean square of the log residuals
 * @param points number of fitted points
 */
public record PowerLawFit(PowerLaw law, double deviation, int points) {
  private static final int LEAST = 3;
  private static final int LEAST_WITH_E = 4;
  private static final int FLOORS = 9;
  private static final int ITERATIONS = 500;

  /**
   * A point of the fit.
   *
   * @param row number of its row, for messages
   * @param x a finite value above 0
   * @param y a finite value above 0
   * @throws FitException where a value is out of its range
   */
  public record Point(int row, double x, double y) {
    public Point {
      positive(row, "x", x);
      positive(row, "y", y);
    }

    private static void positive(int row, String column, double value) {
      if (!(value > 0 && Double.isFinite(value))) {
        throw FitException.at(row, column, value, "a finite value above 0");
      }
    }
  }

  /**
   * Fits points.
   *
   * @param irreducible whether E is fitted; otherwise it is 0
   * @param x name of the column of x, for messages
   * @param y name of the column of y, for messages
   * @throws FitException when the points are too few, too alike or duplicates
   */
  public static PowerLawFit of(List<Point> points, boolean irreducible, String x, String y) {
    check(points, irreducible, x, y);
    int[] once = new int[points.size()];
    Arrays.fill(once, 1);
    PowerLaw law =
        fit(points, objective(points, irreducible), once)
            .orElseThrow(() -> FitException.column(y, "follows no power law of " + x));
    double sum = 0;
    for (Point point : points) {
      double residual = Math.log(law.at(point.x()) / point.y());
      sum += residual * residual;
    }
    return new PowerLawFit(law, Math.sqrt(sum / points.size()), points.size());
  }

  /** Refits points drawn with replacement. */
  public static Bootstrap<PowerLaw> bootstrap(
      List<Point> points, boolean irreducible, int draws, long seed, Pieces pieces) {
    SumOfPowers objective = objective(points, irreducible);
    return Bootstrap.of(
        points.size(), draws, seed, pieces, counts -> fit(points, objective, counts));
  }

  private static Optional<PowerLaw> fit(List<Point> points, SumOfPowers all, int[] counts) {
    SumOfPowers objective = all.weighted(counts);
    boolean irreducible = objective.size() > 2;
    double lowest = Double.POSITIVE_INFINITY;
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] > 0) {
        lowest = Math.min(lowest, points.get(i).y());
      }
    }
    QuasiNewton descent = new QuasiNewton(objective);
    double best = Double.POSITIVE_INFINITY;
    Optional<PowerLaw> law = Optional.empty();
    for (int i = 1; i <= (irreducible ? FLOORS : 1); i++) {
      double floor = irreducible ? lowest * i / (FLOORS + 1.0) : 0;
      SimpleRegression line = line(points, counts, floor);
      double[] start =
          objective.standardized(
              new double[] {line.getIntercept()}, new double[] {-line.getSlope()}, Math.log(floor));
      descent.descend(start, ITERATIONS);
      if (descent.converged() && descent.value() < best) {
        best = descent.value();
        law = law(objective, descent.at());
      }
    }
    return law;
  }

  private static SimpleRegression line(List<Point> points, int[] counts, double floor) {
    SimpleRegression line = new SimpleRegression();
    for (int i = 0; i < counts.length; i++) {
      for (int k = 0; k < counts[i]; k++) {
        line.addData(Math.log(points.get(i).x()), Math.log(points.get(i).y() - floor));
      }
    }
    return line;
  }

  private static Optional<PowerLaw> law(SumOfPowers objective, double[] at) {
    try {
      return Optional.of(
          new PowerLaw(
              objective.irreducible(at), objective.coefficient(at, 0), objective.exponent(at, 0)));
    } catch (IllegalArgumentException notOne) {
      return Optional.empty();
    }
  }

  private static SumOfPowers objective(List<Point> points, boolean irreducible) {
    return SumOfPowers.of(
        new double[][] {points.stream().mapToDouble(Point::x).toArray()},
        points.stream().mapToDouble(Point::y).toArray(),
        Double.POSITIVE_INFINITY,
        irreducible);
  }

  private static void check(List<Point> points, boolean irreducible, String x, String y) {
    int least = irreducible ? LEAST_WITH_E : LEAST;
    if (points.size() < least) {
      throw FitException.column("rows", points.size() + " of them: expected at least " + least);
    }
    long different = points.stream().mapToDouble(Point::x).distinct().count();
    int leastDifferent = irreducible ? 3 : 2;
    if (different < leastDifferent) {
      throw FitException.column(x, different + " different: expected at least " + leastDifferent);
    }
    if (points.stream().mapToDouble(Point::y).distinct().count() < 2) {
      throw FitException.column(y, "all equal: expected it to vary with " + x);
    }
    for (int i = 0; i < points.size(); i++) {
      for (int j = 0; j < i; j++) {
        if (points.get(i).x() == points.get(j).x() && points.get(i).y() == points.get(j).y()) {
          throw FitException.row(
              points.get(i).row(),
              x + ", " + y,
              "a copy of row " + points.get(j).row() + ": expected one");
        }
      }
    }
  }
}
