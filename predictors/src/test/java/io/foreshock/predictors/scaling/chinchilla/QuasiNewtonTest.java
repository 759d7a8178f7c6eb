// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling.chinchilla;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class QuasiNewtonTest {
  @Test
  void goesDownRosenbrocksValley() {
    QuasiNewton descent =
        new QuasiNewton(
            made(
                (x, g) -> {
                  double bend = x[1] - x[0] * x[0];
                  g[0] = -400 * x[0] * bend - 2 * (1 - x[0]);
                  g[1] = 200 * bend;
                  return 100 * bend * bend + (1 - x[0]) * (1 - x[0]);
                }));
    descent.descend(new double[] {-1.2, 1}, 200);
    assertTrue(descent.converged());
    assertArrayEquals(new double[] {1, 1}, descent.at(), 1e-8);
  }

  @Test
  void findsTheKinkOfASumOfAbsoluteValues() {
    QuasiNewton descent =
        new QuasiNewton(
            made(
                (x, g) -> {
                  double u = x[0] + x[1] - 3;
                  double v = 10 * (x[0] - x[1]) - 10;
                  g[0] = Math.signum(u) + 10 * Math.signum(v);
                  g[1] = Math.signum(u) - 10 * Math.signum(v);
                  return Math.abs(u) + Math.abs(v);
                }));
    descent.descend(new double[] {7, -4}, 1000);
    assertArrayEquals(new double[] {2, 1}, descent.at(), 1e-6);
  }

  @Test
  void staysOutOfWhereThereIsNoValue() {
    QuasiNewton descent =
        new QuasiNewton(
            made(
                (x, g) -> {
                  g[0] = 1 - 1 / x[0];
                  g[1] = 2 * x[1];
                  return x[0] - Math.log(x[0]) + x[1] * x[1];
                }));
    descent.descend(new double[] {1e-3, 5}, 200);
    assertArrayEquals(new double[] {1, 0}, descent.at(), 1e-6);
  }

  @Test
  void reportsThatItWasNotDone() {
    QuasiNewton descent =
        new QuasiNewton(
            made(
                (x, g) -> {
                  g[0] = Math.exp(x[0]);
                  g[1] = 0;
                  return Math.exp(x[0]);
                }));
    assertFalse(descent.descend(new double[] {1, 1}, 3).converged());
    assertFalse(descent.descend(new double[] {Double.NaN, 1}, 3).converged());
  }

  @Test
  void theGradientOfTheFitIsThatOfItsValue() {
    double[][] x = {{1e6, 3e7, 2e8, 9e9}, {1e9, 5e8, 7e10, 3e11}};
    double[] y = {4, 3.5, 2.9, 2.1};
    for (double delta : new double[] {1e-3, 0.3, Double.POSITIVE_INFINITY}) {
      SumOfPowers objective = SumOfPowers.of(x, y, delta, true).weighted(new int[] {1, 0, 2, 1});
      double[] at = {0.5, 0.2, 0.4, 0.6, 0.3};
      double[] gradient = new double[5];
      objective.value(at, gradient);
      for (int j = 0; j < 5; j++) {
        double[] near = at.clone();
        near[j] += 1e-6;
        double above = objective.value(near, new double[5]);
        near[j] -= 2e-6;
        double below = objective.value(near, new double[5]);
        assertEquals((above - below) / 2e-6, gradient[j], 1e-6, "delta " + delta + ", " + j);
      }
    }
  }

  private interface Formula {
    double value(double[] at, double[] gradient);
  }

  private static Objective made(Formula formula) {
    return new Objective() {
      @Override
      public int size() {
        return 2;
      }

      @Override
      public double value(double[] at, double[] gradient) {
        return formula.value(at, gradient);
      }
    };
  }
}
