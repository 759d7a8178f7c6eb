// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling.chinchilla;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.predictors.scaling.chinchilla.PowerLawFit.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PowerLawFitTest {
  private static final PowerLaw TRUE = new PowerLaw(1.7, 400, 0.34);

  @Test
  void recoversALawWithAFloor() {
    PowerLawFit fit = PowerLawFit.of(points(TRUE, 8, 0), true, "x", "y");
    assertEquals(1.7, fit.law().E(), 1e-6);
    assertEquals(400, fit.law().A(), 1e-3);
    assertEquals(0.34, fit.law().alpha(), 1e-7);
    assertEquals(0, fit.deviation(), 1e-9);
  }

  @Test
  void recoversAPlainLawThatRises() {
    PowerLaw rising = new PowerLaw(0, 0.09, -0.5);
    PowerLawFit fit = PowerLawFit.of(points(rising, 5, 0), false, "x", "y");
    assertEquals(0, fit.law().E());
    assertEquals(0.09, fit.law().A(), 1e-9);
    assertEquals(-0.5, fit.law().alpha(), 1e-10);
  }

  @Test
  void aLawWithoutFloorIsFittedWithNextToNone() {
    PowerLawFit fit = PowerLawFit.of(points(new PowerLaw(0, 30, 0.2), 9, 0), true, "x", "y");
    assertEquals(0.2, fit.law().alpha(), 1e-4);
    assertTrue(fit.law().E() < 1e-3, fit.toString());
  }

  @Test
  void intervalsHoldTheTruthWhereThereIsNoise() {
    List<Point> points = points(TRUE, 16, 0.003);
    Bootstrap<PowerLaw> bootstrap = PowerLawFit.bootstrap(points, true, 300, 1, Pieces.IN_TURN);
    Spread alpha = bootstrap.spread(PowerLaw::alpha);
    assertTrue(alpha.low() < 0.34 && 0.34 < alpha.high(), alpha.toString());
    assertTrue(alpha.standardError() > 1e-4 && alpha.standardError() < 0.05, alpha.toString());
  }

  @Test
  void refusesWhatTellsNoLaw() {
    assertEquals(
        "row 2, y = 0.0: expected a finite value above 0",
        assertThrows(FitException.class, () -> new Point(2, 1, 0)).getMessage());
    assertThrows(FitException.class, () -> new Point(2, Double.POSITIVE_INFINITY, 1));
    assertEquals("rows: 3 of them: expected at least 4", message(points(TRUE, 3, 0)));
    assertEquals(
        "x: 1 different: expected at least 3",
        message(
            List.of(
                new Point(2, 1, 1), new Point(3, 1, 2), new Point(4, 1, 3), new Point(5, 1, 4))));
    assertEquals(
        "y: all equal: expected it to vary with x",
        message(
            List.of(
                new Point(2, 1, 1), new Point(3, 2, 1), new Point(4, 3, 1), new Point(5, 4, 1))));
    assertEquals(
        "loss: all equal: expected it to vary with tokens",
        assertThrows(
                FitException.class,
                () ->
                    PowerLawFit.of(
                        List.of(new Point(2, 1, 1), new Point(3, 2, 1), new Point(4, 3, 1)),
                        false,
                        "tokens",
                        "loss"))
            .getMessage());
    List<Point> twice = points(TRUE, 6, 0);
    twice.add(new Point(9, twice.get(1).x(), twice.get(1).y()));
    assertEquals("row 9, x, y: a copy of row 3: expected one", message(twice));
  }

  private static String message(List<Point> points) {
    return assertThrows(FitException.class, () -> PowerLawFit.of(points, true, "x", "y"))
        .getMessage();
  }

  private static List<Point> points(PowerLaw law, int count, double noise) {
    Random random = new Random(5);
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double x = 1e6 * Math.pow(3, i);
      points.add(new Point(i + 2, x, law.at(x) * Math.exp(noise * random.nextGaussian())));
    }
    return points;
  }
}
