// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling;

import java.util.List;
import java.util.function.BiFunction;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.DecompositionSolver;
import org.apache.commons.math3.linear.QRDecomposition;

/**
 * Ordinary least squares of y over the rows of a design X.
 *
 * <p><b>Definition.</b> β minimizes Σ (y − Xβ)². The variance of a new observation at x is σ² (1 +
 * h(x)) with h(x) = x (XᵀX)⁻¹ xᵀ; σ² is estimated by {@link #residualSquares} / {@link #degrees},
 * or pooled over several fits.
 *
 * <p><b>Edges.</b> With as many rows as columns there are no degrees of freedom, and residuals are
 * 0. <b>Errors.</b> {@link IllegalArgumentException} when the rows do not determine the columns.
 * <b>Cost.</b> O(rows · columns²), by QR.
 */
record Regression(double[] coefficients, double[][] factor, double residualSquares, int degrees) {
  private static final double SINGULAR = 1e-9;

  static Regression of(double[][] design, double[] values) {
    int columns = design[0].length;
    if (design.length < columns) {
      throw undetermined(design.length, columns);
    }
    QRDecomposition qr = new QRDecomposition(new Array2DRowRealMatrix(design), SINGULAR);
    DecompositionSolver solver = qr.getSolver();
    if (!solver.isNonSingular()) {
      throw undetermined(design.length, columns);
    }
    double[] beta = solver.solve(new ArrayRealVector(values, false)).toArray();
    double squares = 0;
    for (int i = 0; i < design.length; i++) {
      double residual = values[i] - dot(beta, design[i]);
      squares += residual * residual;
    }
    int degrees = design.length - columns;
    return new Regression(beta, qr.getR().getData(), degrees == 0 ? 0 : squares, degrees);
  }

  /**
   * Fits the log10 of the points' values.
   *
   * @param row makes a row from the log10 of a point's size and of its learning rate
   */
  static Regression ofLogs(List<TrendPoint> points, BiFunction<Double, Double, double[]> row) {
    return of(
        points.stream()
            .map(p -> row.apply(Math.log10(p.parameters()), Math.log10(p.learningRate())))
            .toArray(double[][]::new),
        points.stream().mapToDouble(p -> Math.log10(p.value())).toArray());
  }

  /** Fits y over 1, x, x² … xᵈᵉᵍʳᵉᵉ. */
  static Regression polynomial(double[] x, double[] y, int degree) {
    double[][] design = new double[x.length][];
    for (int i = 0; i < design.length; i++) {
      design[i] = powers(x[i], degree);
    }
    return of(design, y);
  }

  /** Returns 1, x, x² … xᵈᵉᵍʳᵉᵉ. */
  static double[] powers(double x, int degree) {
    double[] powers = new double[degree + 1];
    for (int i = 0; i <= degree; i++) {
      powers[i] = i == 0 ? 1 : powers[i - 1] * x;
    }
    return powers;
  }

  private static IllegalArgumentException undetermined(int rows, int columns) {
    return new IllegalArgumentException(
        rows + " points do not determine " + columns + " coefficients");
  }

  /** β, in the order of the design's columns. */
  @Override
  public double[] coefficients() {
    return coefficients.clone();
  }

  /** xβ. */
  double value(double[] x) {
    return dot(coefficients, x);
  }

  /** h(x) = |R⁻ᵀ x|². */
  double leverage(double[] x) {
    double[] z = new double[x.length];
    double sum = 0;
    for (int j = 0; j < x.length; j++) {
      double rest = x[j];
      for (int i = 0; i < j; i++) {
        rest -= factor[i][j] * z[i];
      }
      z[j] = rest / factor[j][j];
      sum += z[j] * z[j];
    }
    return sum;
  }

  /**
   * Akaike's criterion, corrected for few points: n ln(RSS/n) + 2k + 2k(k+1)/(n−k−1), where k
   * includes the variance; infinite when there are too few points.
   */
  double informationCriterion() {
    int n = degrees + coefficients.length;
    int k = coefficients.length + 1;
    return n - k - 1 <= 0
        ? Double.POSITIVE_INFINITY
        : n * Math.log(residualSquares / n) + 2 * k + 2.0 * k * (k + 1) / (n - k - 1);
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
