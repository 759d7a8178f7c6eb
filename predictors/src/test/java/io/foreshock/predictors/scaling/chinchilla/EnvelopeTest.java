// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling.chinchilla;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EnvelopeTest {
  private static final LossSurface TRUE = MadeRows.HOFFMANN;

  @Test
  void findsTheExponentOfTheSurfaceThatMadeTheCurves() {
    Envelope envelope = Envelope.of(curves(20));
    // sizes are 1.33 apart: a staircase about the true line
    assertEquals(TRUE.a(), envelope.frontier().a(), 0.005);
    assertEquals(
        1, envelope.frontier().optimal(1e21).parameters() / TRUE.optimal(1e21).parameters(), 0.02);
  }

  @Test
  void leavesOutWhereTheSmallestOrTheLargestModelIsBest() {
    List<TrainingCurve> curves = curves(20);
    Envelope envelope = Envelope.of(curves);
    double smallest = curves.get(0).parameters();
    double largest = curves.get(19).parameters();
    assertEquals(1500, envelope.points().size() + envelope.leftOut());
    assertTrue(envelope.leftOut() > 0);
    for (Allocation point : envelope.points()) {
      assertTrue(smallest < point.parameters() && point.parameters() < largest);
    }
  }

  @Test
  void intervalsHoldTheTruth() {
    Spread a = Envelope.bootstrap(curves(20), 100, 1, Pieces.IN_TURN).spread(Frontier::a);
    assertTrue(a.low() < TRUE.a() && TRUE.a() < a.high() && a.high() - a.low() < 0.1, a.toString());
  }

  @Test
  void refusesCurvesThatCannotBracketTwoSizes() {
    FitException wrong = assertThrows(FitException.class, () -> Envelope.of(curves(3)));
    assertEquals("parameters", wrong.column());
    assertTrue(wrong.getMessage().contains("at least four sizes"), wrong.getMessage());
  }

  @Test
  void aRunHasOneSize() {
    List<Observation> mixed =
        List.of(new Observation(2, 1e6, 1e9, 3), new Observation(3, 2e6, 2e9, 2.9));
    assertEquals(3, assertThrows(FitException.class, () -> TrainingCurve.of(mixed)).row());
  }

  @Test
  void smoothingTakesTheNoiseAndLeavesTheCurve() {
    List<TrainingCurve> noisy = curves(20, 0.003);
    double raw = Math.abs(Envelope.of(noisy).frontier().a() - TRUE.a());
    double smooth = Math.abs(Envelope.of(smoothed(noisy)).frontier().a() - TRUE.a());
    assertTrue(smooth < 0.01 && smooth < raw / 2, raw + " without, " + smooth + " with");
    TrainingCurve curve = curves(20).get(3);
    double end = curve.mostLogFlops();
    assertEquals(curve.logLoss(end), curve.smoothed(3).logLoss(end), 1e-3);
  }

  private static List<TrainingCurve> smoothed(List<TrainingCurve> curves) {
    return curves.stream().map(curve -> curve.smoothed(3)).toList();
  }

  private static List<TrainingCurve> curves(int sizes) {
    return curves(sizes, 0);
  }

  private static List<TrainingCurve> curves(int sizes, double noise) {
    Random random = new Random(1);
    List<Observation> rows = new ArrayList<>();
    for (int i = 0; i < sizes; i++) {
      double parameters = 7e7 * Math.pow(230, i / 19.0);
      for (int j = 0; j < 60; j++) {
        double tokens = parameters * Math.pow(10, 4 * j / 59.0 - 1);
        rows.add(
            new Observation(
                rows.size() + 1,
                parameters,
                tokens,
                TRUE.loss(parameters, tokens) * Math.exp(noise * random.nextGaussian())));
      }
    }
    return TrainingCurve.bySize(Observations.of(rows));
  }
}
