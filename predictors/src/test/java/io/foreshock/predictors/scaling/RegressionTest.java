// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class RegressionTest {
  private static final double[] X = {1, 2, 3, 4};
  private static final double[] Y = {1, 2, 2, 4};

  /** By hand: mean x 2.5, Sxx 5, Sxy 4.5; residuals 0.1, 0.2, −0.7, 0.4. */
  @Test
  void lineAndItsUncertaintyAreThoseOfTheTextbook() {
    Regression line = Regression.polynomial(X, Y, 1);
    assertArrayEquals(new double[] {0, 0.9}, line.coefficients(), 1e-12);
    assertEquals(0.7, line.residualSquares(), 1e-12);
    assertEquals(2, line.degrees());
    assertEquals(4.5, line.value(new double[] {1, 5}), 1e-12);
    assertEquals(0.25 + 6.25 / 5, line.leverage(new double[] {1, 5}), 1e-12);
    Noise noise = Noise.of(line.residualSquares(), line.degrees());
    // 4.302653 is Student's t at 97.5 % and two degrees of freedom
    assertEquals(4.302653 * Math.sqrt(0.35 * 2.5), noise.half(1.5), 1e-5);
  }

  @Test
  void leveragesOfTheFittedPointsAddUpToTheCoefficients() {
    double[] x = {4.1, 4.9, 5.3, 6.2, 6.9};
    Regression curve = Regression.polynomial(x, new double[] {1, 2, 5, 3, 9}, 2);
    double sum = 0;
    for (double each : x) {
      sum += curve.leverage(Regression.powers(each, 2));
    }
    assertEquals(3, sum, 1e-9);
  }

  @Test
  void asManyPointsAsCoefficientsLeaveNoNoise() {
    Regression exact = Regression.polynomial(new double[] {1, 2, 4}, new double[] {3, 1, 8}, 2);
    assertEquals(0, exact.degrees());
    assertEquals(0, exact.residualSquares());
    assertEquals(Double.NaN, Noise.of(exact.residualSquares(), exact.degrees()).half(1));
  }

  @Test
  void pointsThatDetermineNothingAreRefused() {
    double[] same = {3, 3, 3};
    assertThrows(IllegalArgumentException.class, () -> Regression.polynomial(same, same, 1));
    assertThrows(IllegalArgumentException.class, () -> Regression.polynomial(X, Y, 4));
  }
}
