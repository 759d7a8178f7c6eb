// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeldOutTest {
  private static final double[] SIZES = {3e4, 1e5, 3e5, 1e6};
  private static final double[] RATES = {1e-3, 1e-2, 1e-1};

  private static double bowl(double n, double h) {
    return 0.3 * (n - 4) * (n - 4) + 0.8 * (h + 3) + 1;
  }

  @Test
  void eachSizeFromTheThirdOnIsPredictedFromTheSmallerOnes() {
    List<TrendPoint> points = MadeSweep.exact(SIZES, RATES, HeldOutTest::bowl);
    HeldOut heldOut = HeldOut.of(points, LogitShape.QUADRATIC, 500);
    assertEquals(6, heldOut.cells().size());
    assertEquals(3, heldOut.from(2).cells().size()); // a line, which a bowl outgrows
    assertTrue(heldOut.from(2).medianErrorDecades() > 0.05);
    assertEquals(0, heldOut.from(3).medianErrorDecades(), 1e-9);
    assertEquals(3, heldOut.from(3).right().hits());
    assertEquals(
        2,
        heldOut
            .from(3)
            .above()
            .hits()); // 10^2.2, 10^3 and 10^3.8; the size before 10^1.7, 10^2.5 and 10^3.3
    double step = bowl(6, -1) - bowl(Math.log10(3e5), -1);
    assertEquals(step, heldOut.from(3).unchangedMedianErrorDecades(), 1e-9);
    assertEquals(
        1, heldOut.from(3).unchangedRight().total() - heldOut.from(3).unchangedRight().hits());
  }

  @Test
  void anOverflownLogitIsAboveAnyLimitAndOneThatIsMissingUnknown() {
    List<TrendPoint> points = new ArrayList<>();
    for (double size : new double[] {1e4, 1e5}) {
      points.add(new TrendPoint(size, 0.1, size));
      points.add(new TrendPoint(size, 0.2, size));
    }
    points.add(new TrendPoint(1e6, 0.1, Double.POSITIVE_INFINITY));
    points.add(new TrendPoint(1e6, 0.2, Double.NaN));
    HeldOut heldOut = HeldOut.of(points, LogitShape.LINE, 5e5);
    assertEquals(1, heldOut.unknown());
    assertEquals(1, heldOut.right().hits()); // predicted 1e6
    assertEquals(1, heldOut.right().total());
    assertTrue(Double.isNaN(heldOut.medianErrorDecades()));
    assertEquals(0, heldOut.unchangedRight().hits());
  }

  @Test
  void aRateThatFewerThanTwoSizesShowIsNotPredicted() {
    List<TrendPoint> points = MadeSweep.exact(SIZES, RATES, HeldOutTest::bowl);
    points.add(new TrendPoint(1e6, 0.5, 100));
    points.add(new TrendPoint(3e5, 0.5, 100));
    for (LogitShape shape : LogitShape.values()) {
      assertEquals(6, HeldOut.of(points, shape, 1e4).cells().size(), shape.wireName());
    }
  }

  @Test
  void whatIsHeldOutHasNoShareInItsPrediction() {
    List<TrendPoint> points = MadeSweep.exact(SIZES, RATES, HeldOutTest::bowl);
    List<TrendPoint> changed =
        points.stream()
            .map(p -> p.parameters() < 1e6 ? p : new TrendPoint(1e6, p.learningRate(), 7))
            .toList();
    for (LogitShape shape : LogitShape.values()) {
      List<Prediction> before =
          HeldOut.of(points, shape, 1e4).cells().stream().map(HeldOut.Cell::prediction).toList();
      List<Prediction> after =
          HeldOut.of(changed, shape, 1e4).cells().stream().map(HeldOut.Cell::prediction).toList();
      assertEquals(before, after, shape.wireName());
    }
  }
}
