// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.corpus.shape;

import static io.foreshock.lab.corpus.shape.Drawn.median;
import static io.foreshock.lab.corpus.shape.Drawn.runs;
import static io.foreshock.lab.corpus.shape.Drawn.sketches;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.predictors.telemetry.Signal;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The shapes of signals beside the loss have what their descriptions claim. */
class AsideShapesTest {
  @Test
  void everyLineHasTheSignalsOfItsShape() {
    Map<Shape, String> fields =
        Map.of(
            Shape.FP16, ",loss_scale=",
            Shape.SKIPS_MANY, ",skipped=",
            Shape.NORM_GROWS, ",param_norm=",
            Shape.SLOWS_DOWN, ",tokens=",
            Shape.STRAGGLES, ",step_seconds=");
    fields.forEach(
        (shape, field) ->
            runs(shape)
                .get(0)
                .lines()
                .lines()
                .filter(line -> line.startsWith("train_step"))
                .forEach(line -> assertTrue(line.contains(field), line)));
  }

  @Test
  void timesNeverGoBack() {
    for (Shape shape : new Shape[] {Shape.SPEED, Shape.RANKS, Shape.EVALUATED, Shape.DENSE}) {
      long[] times =
          runs(shape)
              .get(0)
              .lines()
              .lines()
              .mapToLong(line -> Long.parseLong(line.substring(line.lastIndexOf(' ') + 1)))
              .toArray();
      for (int i = 1; i < times.length; i++) {
        assertTrue(times[i] >= times[i - 1], shape + " " + i);
      }
    }
  }

  @Test
  void aScaleThatCollapsesEndsAtOneOrLessAndAHealthyOneDoesNot() {
    for (Sketch run : sketches(Shape.SCALE_COLLAPSES)) {
      double[] scale = run.more.get(Signal.LOSS_SCALE);
      assertTrue(scale[run.truth().onset()] > 16);
    }
    for (Sketch run : sketches(Shape.FP16)) {
      assertTrue(Arrays.stream(run.more.get(Signal.LOSS_SCALE)).allMatch(scale -> scale > 2));
    }
  }

  @Test
  void aSlowRunHasItsSpeedCut() {
    for (Sketch run : sketches(Shape.SLOWS_DOWN)) {
      int onset = run.truth().onset();
      double before = median(run.seconds, onset - 200, onset);
      double after = median(run.seconds, onset, onset + 200);
      assertTrue(after > 1.1 * before, after + " s after " + before);
    }
  }

  @Test
  void overfittingRaisesTheEvaluationAndNotTheTrainingLoss() {
    for (Sketch run : sketches(Shape.OVERFITS)) {
      double[] losses =
          run.evaluations.stream()
              .filter(evaluation -> evaluation.name().equals("set0"))
              .filter(evaluation -> evaluation.row() >= run.truth().onset())
              .mapToDouble(Sketch.Evaluation::loss)
              .toArray();
      assertTrue(losses[losses.length - 1] > losses[0] || losses.length < 4);
    }
  }

  @Test
  void theyAreLeftOutOfTheFitAndNameWhatFindsThem() {
    assertEquals("true", runs(Shape.FP16).get(0).label().family().get(ShapeRun.ASIDE));
    assertEquals("throughput_drop", runs(Shape.SLOWS_DOWN).get(0).label().family().get("found_by"));
  }
}
