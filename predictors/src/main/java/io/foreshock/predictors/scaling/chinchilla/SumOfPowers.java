// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling.chinchilla;

import java.util.Arrays;

/**
 * Distance of a sum of power laws from data, with its gradient. Approach 3 and {@link PowerLawFit}
 * minimize it.
 *
 * <p><b>Definition.</b> Σ wᵢ Huber_δ(LSEₖ(pₖ − qₖ zₖᵢ, e) − ln yᵢ), with zₖ the standardized ln xₖ,
 * LSE the logarithm of the sum of exponentials; divided by {@link #scale()}, so that the gradient
 * is of order 1. Because zₖ is standardized, coefficient and exponent of a term hardly depend on
 * each other, which a descent needs.
 *
 * <p><b>Parameters.</b> p₁ … pₖ, q₁ … qₖ, then e unless the sum has no constant. <b>Edges.</b>
 * Where exp leaves the range of doubles the value is not finite, and there is no minimum.
 * <b>Threads.</b> Immutable except for scratch memory: one object per thread. <b>Cost.</b> K
 * exponentials and a logarithm per row. <b>Source.</b> Hoffmann et al. 2022, §D.2.
 */
final class SumOfPowers implements Objective {
  private final double[][] z;
  private final double[] mean;
  private final double[] deviation;
  private final double[] logY;
  private final double[] weights;
  private final double delta;
  private final double scale;
  private final boolean constant;
  private final double[] term;

  private SumOfPowers(
      double[][] z,
      double[] mean,
      double[] deviation,
      double[] logY,
      double[] weights,
      double delta,
      boolean constant) {
    this.z = z;
    this.mean = mean;
    this.deviation = deviation;
    this.logY = logY;
    this.weights = weights;
    this.delta = delta;
    this.constant = constant;
    this.scale = Arrays.stream(weights).sum() * (Double.isInfinite(delta) ? 1 : delta);
    this.term = new double[z.length];
  }

  /**
   * Creates the objective of all rows, each with weight 1.
   *
   * @param x K columns, above 0, none of them constant
   * @param y values above 0
   * @param delta δ of Huber's loss; infinite for least squares
   * @param constant whether there is an irreducible term
   */
  static SumOfPowers of(double[][] x, double[] y, double delta, boolean constant) {
    int terms = x.length;
    double[][] z = new double[terms][];
    double[] mean = new double[terms];
    double[] deviation = new double[terms];
    for (int k = 0; k < terms; k++) {
      double[] log = Arrays.stream(x[k]).map(Math::log).toArray();
      double centre = Arrays.stream(log).average().orElseThrow();
      double spread =
          Math.sqrt(
              Arrays.stream(log).map(v -> (v - centre) * (v - centre)).average().orElseThrow());
      mean[k] = centre;
      deviation[k] = spread;
      z[k] = Arrays.stream(log).map(v -> (v - centre) / spread).toArray();
    }
    double[] logY = Arrays.stream(y).map(Math::log).toArray();
    double[] ones = new double[y.length];
    Arrays.fill(ones, 1);
    return new SumOfPowers(z, mean, deviation, logY, ones, delta, constant);
  }

  /** Returns the same objective with other weights; rows of weight 0 cost nothing. */
  SumOfPowers weighted(int[] counts) {
    int kept = (int) Arrays.stream(counts).filter(c -> c > 0).count();
    double[][] keptZ = new double[z.length][kept];
    double[] keptY = new double[kept];
    double[] keptWeights = new double[kept];
    int j = 0;
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] > 0) {
        for (int k = 0; k < z.length; k++) {
          keptZ[k][j] = z[k][i];
        }
        keptY[j] = logY[i];
        keptWeights[j++] = counts[i];
      }
    }
    return new SumOfPowers(keptZ, mean, deviation, keptY, keptWeights, delta, constant);
  }

  /** Returns a copy for another thread. */
  SumOfPowers copy() {
    return new SumOfPowers(z, mean, deviation, logY, weights, delta, constant);
  }

  /** The parameters of Σ exp(logCoefficient) x^(−exponent) + exp(e). */
  double[] standardized(double[] logCoefficients, double[] exponents, double e) {
    int terms = z.length;
    double[] result = new double[size()];
    for (int k = 0; k < terms; k++) {
      result[k] = logCoefficients[k] - exponents[k] * mean[k];
      result[terms + k] = exponents[k] * deviation[k];
    }
    if (constant) {
      result[2 * terms] = e;
    }
    return result;
  }

  /** Coefficient of term k. */
  double coefficient(double[] parameters, int k) {
    return Math.exp(parameters[k] + exponent(parameters, k) * mean[k]);
  }

  /** Exponent of term k. */
  double exponent(double[] parameters, int k) {
    return parameters[z.length + k] / deviation[k];
  }

  /** The irreducible term. */
  double irreducible(double[] parameters) {
    return constant ? Math.exp(parameters[2 * z.length]) : 0;
  }

  /** Factor by which {@link #value} must be multiplied to give the sum as defined. */
  double scale() {
    return scale;
  }

  @Override
  public int size() {
    return 2 * z.length + (constant ? 1 : 0);
  }

  @Override
  public double value(double[] parameters, double[] gradient) {
    int terms = z.length;
    double floor = constant ? Math.exp(parameters[2 * terms]) : 0;
    double sum = 0;
    Arrays.fill(gradient, 0);
    for (int i = 0; i < logY.length; i++) {
      double total = floor;
      for (int k = 0; k < terms; k++) {
        term[k] = Math.exp(parameters[k] - parameters[terms + k] * z[k][i]);
        total += term[k];
      }
      double residual = Math.log(total) - logY[i];
      double slope = Math.max(-delta, Math.min(delta, residual));
      sum += weights[i] * slope * (residual - 0.5 * slope); // Huber's loss, both branches
      double share = weights[i] * slope / total;
      for (int k = 0; k < terms; k++) {
        gradient[k] += share * term[k];
        gradient[terms + k] -= share * term[k] * z[k][i];
      }
      if (constant) {
        gradient[2 * terms] += share * floor;
      }
    }
    for (int j = 0; j < gradient.length; j++) {
      gradient[j] /= scale;
    }
    return sum / scale;
  }
}
