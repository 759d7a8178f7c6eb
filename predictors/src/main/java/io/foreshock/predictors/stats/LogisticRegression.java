// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.stats;

import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.CholeskyDecomposition;
import org.apache.commons.math3.linear.RealVector;

/**
 * Weighted logistic regression with a ridge.
 *
 * <p><b>Definition.</b> Minimizes Σ wᵢ ln(1 + exp(−sᵢ zᵢ)) + ½ λ Σ (βⱼ σⱼ)² over z = α + β·x, with
 * s = ±1 for the two classes and σⱼ the weighted standard deviation of column j: the ridge acts on
 * standardized columns, but not on α.
 *
 * <p><b>Edges.</b> A column that does not vary gets weight 0. Both classes must occur. <b>Cost.</b>
 * O(iterations · rows · columns²). <b>Source.</b> Newton's method; McCullagh and Nelder 1989, §2.5.
 */
public final class LogisticRegression {
  private static final int MAX_ITERATIONS = 50;
  private static final double CONVERGED = 1e-7;
  private static final double LEAST_DEVIATION = 1e-9;

  /** Keeps the Hessian invertible where all rows are decided. */
  private static final double JITTER = 1e-9;

  private LogisticRegression() {}

  /**
   * Fits the weights to labelled rows.
   *
   * @param x rows; all as long as the first
   * @param diverges class of each row
   * @param weights w of each row, above 0
   * @param ridge λ, at least 0
   * @return α, then β
   */
  public static double[] fit(double[][] x, boolean[] diverges, double[] weights, double ridge) {
    int columns = x[0].length;
    double[] mean = new double[columns];
    double[] deviation = new double[columns];
    standardize(x, weights, mean, deviation);
    double[] standardized = newton(x, diverges, weights, ridge, mean, deviation);
    double[] result = new double[columns + 1];
    result[0] = standardized[0];
    for (int j = 0; j < columns; j++) {
      if (deviation[j] > LEAST_DEVIATION) {
        result[j + 1] = standardized[j + 1] / deviation[j];
        result[0] -= result[j + 1] * mean[j];
      }
    }
    return result;
  }

  /** 1 / (1 + exp(−z)). */
  public static double chance(double z) {
    return 1 / (1 + Math.exp(-z));
  }

  private static void standardize(
      double[][] x, double[] weights, double[] mean, double[] deviation) {
    double total = 0;
    for (int i = 0; i < x.length; i++) {
      total += weights[i];
      for (int j = 0; j < mean.length; j++) {
        mean[j] += weights[i] * x[i][j];
      }
    }
    for (int j = 0; j < mean.length; j++) {
      mean[j] /= total;
    }
    for (int i = 0; i < x.length; i++) {
      for (int j = 0; j < mean.length; j++) {
        double d = x[i][j] - mean[j];
        deviation[j] += weights[i] * d * d;
      }
    }
    for (int j = 0; j < mean.length; j++) {
      deviation[j] = Math.sqrt(deviation[j] / total);
    }
  }

  private static double[] newton(
      double[][] x,
      boolean[] diverges,
      double[] weights,
      double ridge,
      double[] mean,
      double[] deviation) {
    int n = mean.length + 1;
    RealVector beta = new ArrayRealVector(n);
    double[] row = new double[n];
    for (int iteration = 0; iteration < MAX_ITERATIONS; iteration++) {
      double[] gradient = new double[n];
      double[][] hessian = new double[n][n];
      for (int i = 0; i < x.length; i++) {
        row[0] = 1;
        for (int j = 1; j < n; j++) {
          double d = deviation[j - 1];
          row[j] = d > LEAST_DEVIATION ? (x[i][j - 1] - mean[j - 1]) / d : 0;
        }
        double p = chance(beta.dotProduct(new ArrayRealVector(row, false)));
        accumulate(
            row,
            weights[i] * (p - (diverges[i] ? 1 : 0)),
            weights[i] * p * (1 - p),
            gradient,
            hessian);
      }
      for (int j = 0; j < n; j++) {
        gradient[j] += j == 0 ? 0 : ridge * beta.getEntry(j);
        hessian[j][j] += (j == 0 ? 0 : ridge) + JITTER;
        for (int k = 0; k < j; k++) {
          hessian[k][j] = hessian[j][k];
        }
      }
      RealVector step =
          new CholeskyDecomposition(new Array2DRowRealMatrix(hessian, false))
              .getSolver()
              .solve(new ArrayRealVector(gradient, false));
      beta = beta.subtract(step);
      if (step.getLInfNorm() < CONVERGED) {
        break;
      }
    }
    return beta.toArray();
  }

  private static void accumulate(
      double[] row, double slope, double curvature, double[] gradient, double[][] hessian) {
    for (int j = 0; j < row.length; j++) {
      gradient[j] += slope * row[j];
      double scaled = curvature * row[j];
      for (int k = 0; k <= j; k++) {
        hessian[j][k] += scaled * row[k];
      }
    }
  }
}
