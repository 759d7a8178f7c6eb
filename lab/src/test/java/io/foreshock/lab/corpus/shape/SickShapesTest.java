// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.corpus.shape;

import static io.foreshock.lab.corpus.shape.Drawn.median;
import static io.foreshock.lab.corpus.shape.Drawn.runs;
import static io.foreshock.lab.corpus.shape.Drawn.sketches;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.predictors.evaluation.RunClass;
import io.foreshock.predictors.evaluation.RunLabel;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The onset in the label of a sick run is where the trouble begins. */
class SickShapesTest {
  static Stream<Shape> sick() {
    return Stream.of(Shape.values()).filter(shape -> !shape.healthy());
  }

  @ParameterizedTest
  @MethodSource("sick")
  void labelsHaveTheStepOfTheOnsetAndOfWhatWasAbrupt(Shape shape) {
    for (ShapeRun run : runs(shape)) {
      RunLabel label = run.label();
      long onset = label.onset().orElseThrow();
      assertEquals(run.sketch().step(run.sketch().truth().onset()), onset);
      boolean sudden = label.runClass() == RunClass.SUDDEN;
      assertEquals(sudden ? List.of(onset) : List.of(), label.struck(), run.name());
      assertTrue(run.sketch().truth().begins() <= run.sketch().truth().onset(), run.name());
      assertTrue(run.sketch().truth().onset() < run.sketch().rows(), run.name());
      assertEquals(
          Long.toString(run.sketch().step(run.sketch().truth().begins())),
          label.family().get("begins"));
    }
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "EXPLODES_EARLY",
        "EXPLODES_LATE",
        "EXPLODES_SPARSE",
        "EXPLODES_SHORT",
        "EXPLODES_AFTER_RAMP"
      })
  void anExplosionBeginsAtItsOnset(Shape shape) {
    for (ShapeRun run : runs(shape)) {
      Sketch sketch = run.sketch();
      int onset = sketch.truth().onset();
      assertTrue(sketch.loss[onset] > 1.02 * sketch.loss[onset - 1], run.name());
      double level = median(sketch.loss, onset - 5, onset);
      boolean high = false;
      for (int i = onset; i < sketch.rows(); i++) {
        high |= !(sketch.loss[i] < 2 * level);
      }
      assertTrue(high, run.name() + ": the loss does not explode");
      for (int i = Math.max(5, onset - 50); i < onset; i++) {
        assertTrue(sketch.loss[i] < 2.2 * median(sketch.loss, i - 5, i + 1), run.name());
      }
    }
  }

  @Test
  void otherObjectivesExplodeFarAboveTheirNoise() {
    for (Sketch run : sketches(Shape.EXPLODES_OTHER)) {
      double before = 0;
      double after = 0;
      for (int i = 0; i < run.rows(); i++) {
        double size = Math.abs(run.loss[i]);
        before =
            i >= run.truth().onset() - 20 && i < run.truth().onset()
                ? Math.max(before, size)
                : before;
        after = i >= run.truth().onset() && size > after ? size : after; // NaN is not
      }
      assertTrue(after > 1.2 * before, before + " to " + after);
    }
  }

  @Test
  void earlyExplosionsBeginInRowsThreeToTwenty() {
    for (Sketch run : sketches(Shape.EXPLODES_EARLY)) {
      assertTrue(run.truth().onset() + 1 >= 3 && run.truth().onset() + 1 <= 20);
    }
    for (Sketch run : sketches(Shape.NAN_EARLY)) {
      assertTrue(run.truth().onset() + 1 >= 2 && run.truth().onset() + 1 <= 10);
    }
  }

  @Test
  void theNormRisesBeforeTheLossExplodes() {
    for (ShapeRun run : runs(Shape.EXPLODES_AFTER_RAMP)) {
      Sketch sketch = run.sketch();
      int length = sketch.truth().onset() - sketch.truth().begins();
      assertTrue(length >= 20 && length <= 300, "rows: " + length);
      double before = median(sketch.norm, sketch.truth().begins() - 15, sketch.truth().begins());
      double after = median(sketch.norm, sketch.truth().onset() - 3, sketch.truth().onset() + 1);
      assertTrue(after > 1.3 * before, run.name() + ": " + before + " to " + after);
      assertTrue(run.label().family().get("signals").contains("norm"));
      assertEquals(RunClass.PREDICTABLE, run.label().runClass());
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"JUMP_STAYS", "JUMP_RETURNS"})
  void aJumpIsAtLeastThirtyPercentHigh(Shape shape) {
    for (ShapeRun run : runs(shape)) {
      Sketch sketch = run.sketch();
      double before = median(sketch.loss, sketch.truth().onset() - 9, sketch.truth().onset());
      double after = median(sketch.loss, sketch.truth().onset(), sketch.truth().onset() + 3);
      assertTrue(after > 1.12 * before, run.name() + ": " + before + " to " + after);
      String returns = run.label().family().getOrDefault("returns", "");
      assertFalse(shape == Shape.JUMP_STAYS && !returns.equals("no"), run.name() + ' ' + returns);
    }
  }

  @Test
  void aSlowRiseHasItsOnsetAtTenPercent() {
    for (ShapeRun run : runs(Shape.SLOW_RISE)) {
      Sketch sketch = run.sketch();
      double before =
          median(sketch.loss, sketch.truth().begins() - 15, sketch.truth().begins() + 1);
      double onset = median(sketch.loss, sketch.truth().onset() - 10, sketch.truth().onset() + 11);
      assertEquals(1.1, onset / before, 0.05, run.name());
      assertTrue(sketch.truth().onset() - sketch.truth().begins() > 150, run.name());
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"NAN_EARLY", "NAN_LATE", "ZERO_LOSS", "ZERO_LOSS_NAN_NORM", "ZERO_NORM"})
  void whatIsNotFiniteOrZeroStaysSoFromTheOnset(Shape shape) {
    for (ShapeRun run : runs(shape)) {
      Sketch sketch = run.sketch();
      for (int i = 0; i < sketch.rows(); i++) {
        double loss = sketch.loss[i];
        boolean gone = shape == Shape.ZERO_NORM ? sketch.norm[i] == 0 : loss == 0 || loss != loss;
        assertEquals(i >= sketch.truth().onset(), gone, run.name() + " row " + i);
        boolean nan = shape == Shape.ZERO_LOSS_NAN_NORM && i >= sketch.truth().onset();
        assertFalse(nan && !Double.isNaN(sketch.norm[i]));
      }
    }
  }

  @Test
  void nanIsSentInThreeWays() {
    String texts = lines(Shape.NAN_LATE, "text");
    String counted = lines(Shape.NAN_LATE, "counted");
    String dropped = lines(Shape.NAN_LATE, "dropped");
    assertTrue(texts.contains("loss=NaN") && !texts.contains("nonfinite"), "as text");
    assertTrue(counted.contains(",nonfinite=1i") && !counted.contains("NaN"), "counted");
    assertTrue(!dropped.contains("nonfinite") && !dropped.contains("NaN"), "dropped");
  }

  private static String lines(Shape shape, String nan) {
    return runs(shape).stream()
        .filter(run -> nan.equals(run.label().family().get("nan")))
        .map(ShapeRun::lines)
        .reduce("", String::concat);
  }

  @Test
  void anOverflowHasAtLeastSixRowsWithoutALoss() {
    for (ShapeRun run : runs(Shape.OVERFLOW)) {
      Sketch sketch = run.sketch();
      int end = sketch.unsent.nextClearBit(sketch.truth().onset());
      assertEquals(sketch.truth().onset(), sketch.unsent.nextSetBit(0), run.name());
      assertTrue(
          end - sketch.truth().onset() >= 6, run.name() + ": " + (end - sketch.truth().onset()));
    }
  }

  @Test
  void whoNeverLearnsStaysFarAboveItsSiblings() {
    for (Sketch run : sketches(Shape.NEVER_LEARNS)) {
      double start = run.loss[0];
      double last = median(run.loss, run.at(0.9), run.rows());
      boolean atStart = run.traits.get("stays").equals("at-start");
      assertTrue(atStart ? last > 0.85 * start : last > 2.4, start + " to " + last);
      double norm = median(run.norm, run.at(0.5), run.rows());
      assertTrue(norm < 0.05 || norm > 0.7, "norm: " + norm);
    }
  }
}
