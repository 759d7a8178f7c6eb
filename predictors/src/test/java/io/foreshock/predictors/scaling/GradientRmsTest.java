// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class GradientRmsTest {
  private static final double[] SIZES = {3e4, 1e5, 3e5, 1e6};
  private static final double[] RATES = {1e-3, 3e-3, 1e-2, 3e-2, 1e-1};

  private static double plane(double n, double h) {
    return -1 - 0.5 * n - 0.25 * h;
  }

  private static List<TrendPoint> noisy(long seed) {
    return new MadeSweep(SIZES, RATES, GradientRmsTest::plane, 0.05, seed).runs();
  }

  @Test
  void recoversSlopesInSizeAndRate() {
    GradientRms fit = GradientRms.fit(noisy(1), 1e-8);
    assertArrayEquals(new double[] {-1, -0.5, -0.25, 0}, fit.coefficients(), 0.2);
    assertEquals(0.05, fit.deviationDecades(), 0.02);
    Prediction next = fit.predict(1e7, 0.01);
    assertEquals(plane(7, -2), Math.log10(next.value()), 0.1);
    assertTrue(next.low() < next.value() && next.value() < next.high());
  }

  @Test
  void theCriticalSizeIsWhereGradientsComeDownToEpsilon() {
    List<TrendPoint> points = MadeSweep.exact(SIZES, RATES, GradientRmsTest::plane);
    GradientRms fit = GradientRms.fit(points, 1e-5);
    Crossing critical = fit.criticalParameters(0.01); // −1 − n/2 + 1/2 = −5
    assertEquals(9, Math.log10(critical.at()), 1e-6);
    assertEquals(3, critical.decadesOutside(), 1e-6);
    GradientRms already = GradientRms.fit(points, 1e-2);
    assertTrue(already.criticalParameters(0.01).at() < 3e4);
    assertEquals(
        Crossing.Side.ABOVE, GradientRms.fit(points, 1e-12).criticalParameters(0.01).side());
  }

  @Test
  void theIntervalOfTheCriticalSizeHoldsIt() {
    Random seeds = new Random(5);
    int held = 0;
    for (int sweep = 0; sweep < 200; sweep++) {
      Crossing critical = GradientRms.fit(noisy(seeds.nextLong()), 1e-5).criticalParameters(0.01);
      held += critical.low() <= 1e9 && 1e9 <= critical.high() ? 1 : 0;
    }
    assertTrue(held >= 190, held + " of 200"); // that of a run, so wider than of the mean
  }

  @Test
  void slopesThatDependOnTheRateAreFittedOnlyWhereTheyShow() {
    int crossed = 0;
    Random seeds = new Random(9);
    for (int sweep = 0; sweep < 100; sweep++) {
      crossed += GradientRms.fit(noisy(seeds.nextLong()), 1e-8).coefficients()[3] == 0 ? 0 : 1;
    }
    assertTrue(crossed < 25, crossed + " of 100 without any");
    List<TrendPoint> bent =
        new MadeSweep(SIZES, RATES, (n, h) -> plane(n, h) + 0.2 * n * h, 0.05, 3).runs();
    assertEquals(0.2, GradientRms.fit(bent, 1e-8).coefficients()[3], 0.05);
  }

  @Test
  void listsWhatItCouldNotFit() {
    List<TrendPoint> oneRate =
        MadeSweep.exact(new double[] {1e5, 1e6}, new double[] {0.01}, GradientRmsTest::plane);
    String caveats = GradientRms.fit(oneRate, 1e-8).caveats().toString();
    assertTrue(caveats.contains("one learning rate only"), caveats);
    assertTrue(caveats.contains("two sizes only"), caveats);
    assertTrue(caveats.contains("no intervals"), caveats);
    List<TrendPoint> oneSize = MadeSweep.exact(new double[] {1e5}, RATES, GradientRmsTest::plane);
    assertThrows(IllegalArgumentException.class, () -> GradientRms.fit(oneSize, 1e-8));
    List<TrendPoint> lost = new ArrayList<>(noisy(1));
    lost.add(new TrendPoint(1e6, 0.1, Double.NaN));
    assertEquals(1, GradientRms.fit(lost, 1e-8).excluded());
  }
}
