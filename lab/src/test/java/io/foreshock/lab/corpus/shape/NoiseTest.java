// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.corpus.shape;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.lab.corpus.draw.Draw;
import io.foreshock.lab.corpus.shape.Noise.Tails;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NoiseTest {
  @ParameterizedTest
  @EnumSource(Tails.class)
  void hasMeanZeroAndVarianceOne(Tails tails) {
    double[] noise = noise(tails, 0.5);
    assertEquals(0, mean(noise, 1), 0.02);
    assertEquals(1, mean(noise, 2), 0.06);
  }

  @Test
  void laplaceAndStudentHaveHeavierTails() {
    assertEquals(3, mean(noise(Tails.GAUSSIAN, 0), 4), 0.1);
    assertEquals(6, mean(noise(Tails.LAPLACE, 0), 4), 0.5);
    assertTrue(mean(noise(Tails.STUDENT, 0), 4) > 7);
  }

  @Test
  void onlyCorrelatedNoiseIsCorrelated() {
    assertEquals(0.8, product(noise(Tails.CORRELATED, 0.8)), 0.02);
    assertEquals(0, product(noise(Tails.GAUSSIAN, 0.8)), 0.02);
    assertEquals(0, product(noise(Tails.STUDENT, 0.8)), 0.02);
  }

  private static double[] noise(Tails tails, double correlation) {
    Noise noise = new Noise(new Draw(7), tails, correlation);
    double[] values = new double[100_000];
    Arrays.setAll(values, i -> noise.next());
    return values;
  }

  private static double mean(double[] values, int power) {
    return Arrays.stream(values).map(x -> Math.pow(x, power)).average().orElseThrow();
  }

  /** Mean product of neighbours: the autocorrelation, as the variance is 1. */
  private static double product(double[] values) {
    double sum = 0;
    for (int i = 1; i < values.length; i++) {
      sum += values[i] * values[i - 1];
    }
    return sum / (values.length - 1);
  }
}
