// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.stats;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LogisticRegressionTest {
  private static final int ROWS = 20_000;
  private final Random random = new Random(11);

  @Test
  void recoversTheCoefficientsThatMadeTheData() {
    double[][] x = new double[ROWS][];
    boolean[] y = new boolean[ROWS];
    for (int i = 0; i < ROWS; i++) {
      x[i] = new double[] {random.nextGaussian(), 100 * random.nextDouble()};
      y[i] = random.nextDouble() < LogisticRegression.chance(-1 + 2 * x[i][0] - 0.05 * x[i][1]);
    }
    double[] fitted = LogisticRegression.fit(x, y, ones(ROWS), 1e-6);
    // the standard errors are about 0.04, 0.04 and 0.001
    assertEquals(-1, fitted[0], 0.15);
    assertEquals(2, fitted[1], 0.15);
    assertEquals(-0.05, fitted[2], 0.004);
  }

  @Test
  void theGradientOfTheWeightedObjectiveIsZero() {
    double ridge = 3;
    double[][] x = new double[300][];
    boolean[] y = new boolean[300];
    double[] weights = new double[300];
    for (int i = 0; i < 300; i++) {
      x[i] = new double[] {random.nextGaussian(), 5 + 0.1 * random.nextGaussian()};
      y[i] = random.nextDouble() < LogisticRegression.chance(x[i][0]);
      weights[i] = 0.2 + random.nextDouble();
    }
    double[] fitted = LogisticRegression.fit(x, y, weights, ridge);
    double[] gradient = {
      0, ridge * fitted[1] * variance(x, weights, 0), ridge * fitted[2] * variance(x, weights, 1)
    };
    for (int i = 0; i < 300; i++) {
      double z = fitted[0] + fitted[1] * x[i][0] + fitted[2] * x[i][1];
      double residual = weights[i] * (LogisticRegression.chance(z) - (y[i] ? 1 : 0));
      gradient[0] += residual;
      gradient[1] += residual * x[i][0];
      gradient[2] += residual * x[i][1];
    }
    assertArrayEquals(new double[3], gradient, 1e-6);
  }

  @Test
  void aWeightOfTwoIsARowTwice() {
    double[][] once = {{0}, {1}, {2}, {3}};
    boolean[] y = {false, true, false, true};
    double[][] twice = {{0}, {1}, {2}, {3}, {3}};
    double[] expected =
        LogisticRegression.fit(twice, new boolean[] {false, true, false, true, true}, ones(5), 1);
    double[] found = LogisticRegression.fit(once, y, new double[] {1, 1, 1, 2}, 1);
    assertArrayEquals(expected, found, 1e-6);
  }

  @Test
  void aColumnThatDoesNotVaryGetsNoWeight() {
    double[][] x = {{7, 0}, {7, 1}, {7, 2}, {7, 3}};
    double[] fitted =
        LogisticRegression.fit(x, new boolean[] {false, true, false, true}, ones(4), 1);
    assertEquals(0, fitted[1]);
    assertTrue(fitted[2] > 0);
  }

  @Test
  void separableClassesStayFinite() {
    double[][] x = new double[100][];
    boolean[] y = new boolean[100];
    for (int i = 0; i < 100; i++) {
      x[i] = new double[] {i < 50 ? -1 - i : 1 + i};
      y[i] = i >= 50;
    }
    double[] fitted = LogisticRegression.fit(x, y, ones(100), 1);
    assertTrue(Double.isFinite(fitted[0]) && fitted[1] > 0, Arrays.toString(fitted));
    assertTrue(LogisticRegression.chance(fitted[0] + 100 * fitted[1]) > 0.9);
    assertTrue(LogisticRegression.chance(fitted[0] - 50 * fitted[1]) < 0.1);
  }

  private static double variance(double[][] x, double[] weights, int column) {
    double total = Arrays.stream(weights).sum();
    double mean = 0;
    double square = 0;
    for (int i = 0; i < x.length; i++) {
      mean += weights[i] * x[i][column] / total;
      square += weights[i] * x[i][column] * x[i][column] / total;
    }
    return square - mean * mean;
  }

  private static double[] ones(int count) {
    double[] ones = new double[count];
    Arrays.fill(ones, 1);
    return ones;
  }
}
