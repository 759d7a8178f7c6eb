// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LogitGrowthTest {
  private static final double[] SIZES = {3e4, 1e5, 3e5, 1e6};
  private static final double[] RATES = {1e-3, 3e-3, 1e-2, 3e-2, 1e-1};

  private static double bowl(double n, double h) {
    return 0.3 * (n - 4) * (n - 4) + 0.8 * (h + 3) + 1;
  }

  private static LogitGrowth quadratic(List<TrendPoint> points) {
    return LogitGrowth.fit(points, LogitShape.QUADRATIC, LogitGrowth.USUAL_LIMIT);
  }

  private static List<TrendPoint> oneRate(double[] sizes, double... logits) {
    List<TrendPoint> points = new ArrayList<>();
    for (int i = 0; i < sizes.length; i++) {
      points.add(new TrendPoint(sizes[i], 0.01, logits[i]));
    }
    return points;
  }

  @Test
  void recoversTheQuadraticOfEachRate() {
    List<LogitCurve> curves =
        quadratic(MadeSweep.exact(SIZES, RATES, LogitGrowthTest::bowl)).curves();
    assertEquals(RATES.length, curves.size());
    for (int i = 0; i < RATES.length; i++) {
      double atZero = bowl(0, Math.log10(RATES[i]));
      assertArrayEquals(new double[] {atZero, -2.4, 0.3}, curves.get(i).coefficients(), 1e-9);
      Prediction next = curves.get(i).predict(1e7);
      assertEquals(bowl(7, Math.log10(RATES[i])), Math.log10(next.value()), 1e-9);
      assertEquals(1, next.decadesOutside(), 1e-12);
      assertEquals(0, curves.get(i).predict(2e5).decadesOutside());
    }
  }

  @Test
  void theCriticalSizeIsWhereTheCurveMeetsTheLimit() {
    LogitCurve curve =
        quadratic(MadeSweep.exact(SIZES, RATES, LogitGrowthTest::bowl)).curves().get(0);
    Crossing critical = curve.criticalParameters();
    double n = 4 + Math.sqrt(10); // 0.3 (n − 4)² + 1 = 4
    assertEquals(Crossing.Side.WITHIN, critical.side());
    assertEquals(n, Math.log10(critical.at()), 1e-6);
    assertEquals(n - 6, critical.decadesOutside(), 1e-6);
    assertTrue(critical.low() <= critical.at() && critical.at() <= critical.high());
  }

  @Test
  void aLimitThatIsNotMetWithinAHundredTimesTheSizesIsSaidToBeAbove() {
    Crossing critical =
        quadratic(oneRate(SIZES, 10, 11, 12, 13)).curves().get(0).criticalParameters();
    assertEquals(Crossing.Side.ABOVE, critical.side());
    assertEquals(1e8, critical.searchedTo(), 1);
    assertTrue(Double.isNaN(critical.at()));
  }

  @Test
  void aLimitThatTheSmallestSizeExceedsLiesBelow() {
    LogitCurve rising = quadratic(oneRate(SIZES, 2e4, 4e4, 8e4, 16e4)).curves().get(0);
    assertEquals(1e4, rising.predict(rising.criticalParameters().at()).value(), 1);
    assertTrue(rising.criticalParameters().at() < 3e4);
    LogitCurve flat = quadratic(oneRate(SIZES, 2e4, 2e4, 2e4, 2e4)).curves().get(0);
    assertEquals(Crossing.Side.BELOW, flat.criticalParameters().side());
  }

  @Test
  void theCriticalRateIsInterpolatedBetweenRates() {
    List<TrendPoint> points =
        MadeSweep.exact(SIZES, new double[] {1e-3, 1e-2}, (n, h) -> 2 * h + 9 + 0 * n);
    LogitGrowth growth = quadratic(points);
    assertEquals(Math.pow(10, -2.5), growth.criticalLearningRate(1e7).at(), 1e-8);
    assertEquals(1e4, growth.predict(1e7, Math.pow(10, -2.5)).orElseThrow().value(), 1e-3);
    LogitGrowth higher = LogitGrowth.fit(points, LogitShape.QUADRATIC, 1e6);
    assertEquals(Crossing.Side.ABOVE, higher.criticalLearningRate(1e7).side());
    LogitGrowth lower = LogitGrowth.fit(points, LogitShape.QUADRATIC, 1e2);
    assertEquals(Crossing.Side.BELOW, lower.criticalLearningRate(1e7).side());
  }

  @Test
  void nothingIsSaidBeyondTheFittedRates() {
    LogitGrowth growth = quadratic(MadeSweep.exact(SIZES, RATES, LogitGrowthTest::bowl));
    assertTrue(growth.predict(1e6, 9e-4).isEmpty());
    assertTrue(growth.predict(1e6, 0.2).isEmpty());
    assertTrue(growth.predict(1e6, 0.1).isPresent());
  }

  @Test
  void threeSizesAreMetExactlyAndTheSurfaceTellsTheNoise() {
    double[] three = {3e4, 1e5, 3e5};
    LogitGrowth growth =
        quadratic(new MadeSweep(three, RATES, LogitGrowthTest::bowl, 0.05, 4).runs());
    assertTrue(growth.caveats().get(0).contains("exactly"), "" + growth.caveats());
    double deviation = growth.curves().get(0).deviationDecades();
    assertTrue(deviation > 0.025 && deviation < 0.1, "deviation " + deviation);
    LogitGrowth lone = quadratic(oneRate(three, 10, 20, 50));
    assertTrue(Double.isNaN(lone.curves().get(0).predict(1e6).low()));
    assertTrue(lone.caveats().get(0).contains("no intervals"), "" + lone.caveats());
  }

  @Test
  void twoSizesGiveALineAndOneNoCurve() {
    List<TrendPoint> points = new ArrayList<>(oneRate(new double[] {1e5, 1e6}, 10, 100));
    points.add(new TrendPoint(1e5, 0.03, 10));
    points.add(new TrendPoint(1e6, 0.03, Double.POSITIVE_INFINITY));
    LogitGrowth growth = quadratic(points);
    assertArrayEquals(new double[] {-4, 1, 0}, growth.curves().get(0).coefficients(), 1e-9);
    assertEquals(List.of(0.03), growth.withoutBasis());
    assertEquals(1, growth.excluded());
    String caveats = growth.caveats().toString();
    assertTrue(caveats.contains("no basis for a curve at learning rate 0.03"), caveats);
    assertTrue(caveats.contains("two sizes give a line"), caveats);
    assertTrue(caveats.contains("1 run has no finite"), caveats);
  }

  @Test
  void aRateWithEnoughRunsHasADeviationOfItsOwn() {
    double[] sizes = new double[10];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = 1e4 * Math.pow(2, i);
    }
    List<TrendPoint> points =
        new MadeSweep(sizes, new double[] {1e-3}, LogitGrowthTest::bowl, 0.01, 1).runs();
    points.addAll(new MadeSweep(sizes, new double[] {1e-2}, LogitGrowthTest::bowl, 0.3, 2).runs());
    LogitGrowth growth = quadratic(points);
    assertTrue(growth.curves().get(0).deviationDecades() < 0.02);
    assertTrue(growth.curves().get(1).deviationDecades() > 0.15);
  }

  @Test
  void intervalsHoldTheNextSizeAsOftenAsTheySay() {
    Random seeds = new Random(17);
    for (LogitShape shape : List.of(LogitShape.QUADRATIC, LogitShape.JOINT)) {
      int inside = 0;
      int all = 0;
      for (int sweep = 0; sweep < 400; sweep++) {
        LogitGrowth growth =
            LogitGrowth.fit(
                new MadeSweep(SIZES, RATES, LogitGrowthTest::bowl, 0.1, seeds.nextLong()).runs(),
                shape,
                1e4);
        for (TrendPoint next :
            new MadeSweep(new double[] {3e6}, RATES, LogitGrowthTest::bowl, 0.1, seeds.nextLong())
                .runs()) {
          Prediction told = growth.predict(3e6, next.learningRate()).orElseThrow();
          inside += next.value() >= told.low() && next.value() <= told.high() ? 1 : 0;
          all++;
        }
      }
      // 2,000 runs, five of a sweep sharing its deviation: ± 2 % is three standard errors and more
      assertEquals(0.95, (double) inside / all, 0.02, shape.wireName());
    }
  }

  @Test
  void theJointSurfaceIsOneForAllRates() {
    List<TrendPoint> points = MadeSweep.exact(SIZES, RATES, LogitGrowthTest::bowl);
    LogitGrowth growth = LogitGrowth.fit(points, LogitShape.JOINT, 1e4);
    assertArrayEquals(new double[] {5.8, -2.4, 0.3}, growth.curves().get(0).coefficients(), 1e-8);
    Prediction unseen = growth.predict(1e7, 0.02).orElseThrow();
    assertEquals(bowl(7, Math.log10(0.02)), Math.log10(unseen.value()), 1e-8);
    List<TrendPoint> twoSizes =
        MadeSweep.exact(new double[] {1e5, 1e6}, RATES, (n, h) -> n + h * n);
    LogitGrowth lines = LogitGrowth.fit(twoSizes, LogitShape.JOINT, 1e4);
    assertArrayEquals(new double[] {0, -2, 0}, lines.curves().get(0).coefficients(), 1e-9);
  }

  @Test
  void whatIsNoSweepIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> quadratic(List.of()));
    assertThrows(IllegalArgumentException.class, () -> new TrendPoint(1e6, 0.1, 0));
    assertThrows(IllegalArgumentException.class, () -> new TrendPoint(-1, 0.1, 1));
    LogitGrowth none = quadratic(oneRate(new double[] {1e6}, 5));
    assertTrue(none.curves().isEmpty());
    assertFalse(none.predict(1e6, 0.01).isPresent());
    assertThrows(IllegalArgumentException.class, () -> none.criticalLearningRate(1e6));
  }
}
