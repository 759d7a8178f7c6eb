// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.corpus.shape;

import static io.foreshock.lab.corpus.shape.Drawn.median;
import static io.foreshock.lab.corpus.shape.Drawn.runs;
import static io.foreshock.lab.corpus.shape.Drawn.scatter;
import static io.foreshock.lab.corpus.shape.Drawn.sketches;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.predictors.evaluation.RunClass;
import java.util.Arrays;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Each healthy shape has the statistics that its description claims. */
class HealthyShapesTest {
  static Stream<Shape> healthy() {
    return Stream.of(Shape.values()).filter(Shape::healthy);
  }

  @ParameterizedTest
  @MethodSource("healthy")
  void everyHealthyRunIsLabelledHealthyAndFinite(Shape shape) {
    for (ShapeRun run : runs(shape)) {
      assertEquals(RunClass.HEALTHY, run.label().runClass());
      assertTrue(Arrays.stream(run.sketch().loss).allMatch(Double::isFinite), run.name());
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"GAUSSIAN", "LAPLACE", "STUDENT", "CORRELATED"})
  void noiseIsTwoToTwelvePercent(Shape shape) {
    double[] noise = sketches(shape).stream().mapToDouble(run -> scatter(run.loss)).toArray();
    // half of Laplace's and Student's rows are nearer than those of a Gaussian with the same
    // deviation, and a running median of correlated rows follows the noise
    assertTrue(Arrays.stream(noise).min().orElseThrow() > 0.006, Arrays.toString(noise));
    assertTrue(Arrays.stream(noise).max().orElseThrow() < 0.14, Arrays.toString(noise));
    assertTrue(median(noise, 0, noise.length) > 0.02, Arrays.toString(noise));
  }

  @Test
  void theLossRisesAtEachRestart() {
    for (Sketch run : sketches(Shape.RESTARTS)) {
      double highest = 0;
      int restarts = 0;
      for (int i = 1; i < run.rows() - 60; i++) {
        if (run.rate[i] > 2 * run.rate[i - 1] && run.rate[i] > 1e-5) {
          restarts++;
          double before = mean(run.loss, i - 25, i);
          int last = i;
          double after =
              IntStream.range(0, 12)
                  .mapToDouble(k -> mean(run.loss, last + 5 * k, last + 5 * k + 25))
                  .max()
                  .orElseThrow();
          highest = Math.max(highest, after / before - 1);
        }
      }
      assertTrue(restarts >= 1, "restarts: " + restarts);
      assertTrue(highest > 0.005 && highest < 0.25, "rise: " + highest);
    }
  }

  @Test
  void schedulesEndAsTheySay() {
    assertEquals(0.05, lastShare(Shape.WSD), 1e-9);
    assertEquals(0, lastShare(Shape.LINEAR), 1e-9);
    assertEquals(1 / 16.0, lastShare(Shape.STEPS), 1e-9);
    for (Sketch run : sketches(Shape.WSD)) {
      double stable = median(run.loss, run.at(0.75), run.at(0.8));
      assertTrue(median(run.loss, run.at(0.97), run.rows()) < stable);
    }
  }

  private static double lastShare(Shape shape) {
    Sketch run = sketches(shape).get(0);
    return run.rate[run.rows() - 1] / Arrays.stream(run.rate).max().orElseThrow();
  }

  @Test
  void aMixtureChangesTheLevelByAtMostTwelvePercentAtOnce() {
    for (Sketch run : sketches(Shape.MIXTURE)) {
      double largest = 0;
      for (int i = run.at(0.15); i < run.rows() - 25; i++) {
        largest = Math.max(largest, median(run.loss, i, i + 25) / median(run.loss, i - 25, i) - 1);
      }
      // the noise adds to it, or an easier stretch ends
      assertTrue(largest < 0.2, "change: " + largest);
    }
  }

  @Test
  void theLossDropsWhereAnEpochBegins() {
    double sum = 0;
    int count = 0;
    for (Sketch run : sketches(Shape.EPOCHS)) {
      int epochs = Integer.parseInt(run.traits.get("epochs"));
      for (int epoch = 1; epoch < epochs; epoch++) {
        int row = (int) Math.ceil((double) epoch * run.rows() / epochs);
        sum += Math.log(mean(run.loss, row, row + 10) / mean(run.loss, row - 10, row));
        count++;
      }
    }
    assertEquals(-0.12, sum / count, 0.06);
  }

  @Test
  void noiseShrinksWithGrowingBatches() {
    // a single estimate from 30 rows is too rough
    double shrinks =
        sketches(Shape.BATCH_RAMP).stream()
            .mapToDouble(
                run ->
                    scatter(run.loss, run.at(0.7), run.rows()) / scatter(run.loss, 0, run.at(0.12)))
            .average()
            .orElseThrow();
    assertTrue(shrinks < 0.5, "noise shrinks to " + shrinks);
  }

  @Test
  void outliersLastOneOrTwoRows() {
    int outliers = 0;
    for (Sketch run : sketches(Shape.OUTLIERS)) {
      int before = outliers;
      int inARow = 0;
      for (int i = 10; i < run.rows() - 10; i++) {
        boolean out = run.loss[i] > 1.35 * median(run.loss, i - 10, i + 11);
        inARow = out ? inARow + 1 : 0;
        outliers += out ? 1 : 0;
        assertTrue(inARow <= 4, "outliers in a row: " + inARow);
      }
      assertTrue(outliers > before);
    }
    assertTrue(outliers > 50, "outliers: " + outliers);
  }

  @Test
  void sparseRunsLogEveryTenthToFiveHundredthStep() {
    for (Shape shape : new Shape[] {Shape.SPARSE, Shape.SPARSE_MEAN}) {
      for (ShapeRun run : runs(shape)) {
        Sketch sketch = run.sketch();
        assertTrue(sketch.every() >= 10 && sketch.every() <= 500);
        assertEquals(sketch.every(), sketch.step(1) - sketch.step(0));
        assertEquals(Long.toString(sketch.every()), run.label().family().get("log_every"));
        assertEquals(sketch.step(sketch.rows() - 1), run.label().steps());
      }
    }
    double single = median(scatters(Shape.SPARSE), 10, 20);
    double mean = median(scatters(Shape.SPARSE_MEAN), 10, 20);
    assertTrue(mean < single / 2, mean + " and " + single);
  }

  @Test
  void roundedRunsHaveTwoToFourDigits() {
    for (ShapeRun run : runs(Shape.ROUNDED)) {
      for (String line : run.lines().lines().filter(l -> l.startsWith("train_step")).toList()) {
        String loss = line.replaceAll(".*loss=([^, ]+).*", "$1");
        String digits = loss.replaceAll("E.*", "").replace(".", "").replaceAll("^0+|0+$", "");
        assertTrue(digits.length() <= 4, loss);
      }
    }
  }

  @Test
  void spikyNormsScatterAndHaveSpikes() {
    for (Sketch run : sketches(Shape.SPIKY_NORM)) {
      double noise = scatter(run.norm);
      assertTrue(noise > 0.06 && noise < 0.6, "scatter: " + noise);
      assertTrue(scatter(run.loss) < 0.08);
    }
    assertTrue(
        sketches(Shape.SPIKY_NORM).stream()
            .anyMatch(run -> max(run.norm) > 8 * median(run.norm, 0, run.rows())));
  }

  @Test
  void skippedStepsAreSingleRows() {
    int skips = 0;
    for (ShapeRun run : runs(Shape.SKIPPED)) {
      double[] norm = run.sketch().norm;
      for (int i = 1; i < norm.length; i++) {
        skips += Double.isInfinite(norm[i]) ? 1 : 0;
        assertFalse(Double.isInfinite(norm[i]) && Double.isInfinite(norm[i - 1]), run.name());
      }
      assertTrue(run.label().family().get("signals").contains("norm"), run.name());
    }
    assertTrue(skips > 30, "skips: " + skips);
  }

  @Test
  void preferenceTuningFallsFromLnTwoWithMuchNoise() {
    for (Sketch run : sketches(Shape.PREFERENCE)) {
      assertEquals(Math.log(2), median(run.loss, 0, 15), 0.2);
      assertTrue(median(run.loss, run.at(0.8), run.rows()) < 0.7);
      assertTrue(scatter(run.loss) > 0.07 && scatter(run.loss) < 0.45);
    }
  }

  @Test
  void fineTuningHasTheNoiseOfFewExamples() {
    for (Sketch run : sketches(Shape.FINE_TUNING)) {
      double noise = scatter(run.loss);
      assertTrue(noise > 0.03 && noise < 0.5, "noise: " + noise);
      assertTrue(median(run.loss, run.at(0.8), run.rows()) < median(run.loss, 0, 20));
    }
  }

  @Test
  void aPolicyLossHasBothSignsAndSometimesIsZero() {
    int zeros = 0;
    for (Sketch run : sketches(Shape.POLICY)) {
      assertTrue(max(run.loss) > 0 && -max(negated(run.loss)) < 0);
      zeros += Arrays.stream(run.loss).anyMatch(x -> x == 0) ? 1 : 0;
    }
    assertTrue(zeros > 5 && zeros < 30, "runs with a zero: " + zeros);
  }

  @Test
  void lossesOfOtherObjectivesHaveTheirSize() {
    for (Sketch run : sketches(Shape.REGRESSION)) {
      double last = median(run.loss, run.at(0.9), run.rows());
      assertTrue(last > 8e-4 && last < 1, "regression ends at " + last);
    }
    for (Sketch run : sketches(Shape.SUMMED)) {
      double first = median(run.loss, 0, 5);
      assertTrue(first > 10 && first < 1.3e5, "sum begins at " + first);
    }
    for (Sketch run : sketches(Shape.PERPLEXITY)) {
      double last = median(run.loss, run.at(0.9), run.rows());
      assertTrue(last > 2 && last < 500, "perplexity ends at " + last);
    }
    for (Sketch run : sketches(Shape.ADVERSARIAL)) {
      assertTrue(-max(negated(run.loss)) > 0);
    }
  }

  @Test
  void whatIsLearnedByHeartIsTinyAndSoAreItsJumps() {
    for (Sketch run : sketches(Shape.MEMORIZED)) {
      double last = median(run.loss, run.at(0.95), run.rows());
      assertTrue(last < 0.15, "ends at " + last);
    }
    double[] lasts =
        sketches(Shape.MEMORIZED).stream()
            .mapToDouble(run -> median(run.loss, run.at(0.95), run.rows()))
            .toArray();
    assertTrue(median(lasts, 0, lasts.length) < 1e-2, Arrays.toString(lasts));
  }

  @Test
  void overfittedCharactersJumpAndComeBack() {
    for (Sketch run : sketches(Shape.CHARACTERS)) {
      double level = median(run.loss, run.at(0.6), run.rows());
      assertTrue(level > 0.08 && level < 0.6, "level " + level);
      assertTrue(max(Arrays.copyOfRange(run.loss, run.at(0.6), run.rows())) > level + 0.2);
      for (int i = run.at(0.6); i + 40 < run.rows(); i++) {
        double lowest = -max(negated(Arrays.copyOfRange(run.loss, i, i + 40)));
        assertTrue(lowest < level + 0.25, "no return in 40 rows: " + lowest);
      }
    }
  }

  @Test
  void publishedModelsAnnounceTheirConfiguration() {
    for (ShapeRun run : runs(Shape.PUBLISHED)) {
      assertTrue(run.lines().startsWith("run_config,run=" + run.name() + " parameters="));
    }
    String all = String.join("", runs(Shape.PUBLISHED).stream().map(ShapeRun::lines).toList());
    assertTrue(all.contains("width=4096i") && all.contains("learning_rate=3.0E-4"));
    assertTrue(all.contains("optimizer=\"muon\"") && all.contains("qk_layernorm=true"));
  }

  @Test
  void longRunsAreLongAndSmoothRunsSmooth() {
    for (Sketch run : sketches(Shape.LONG)) {
      assertTrue(run.rows() >= 20_000 && run.rows() <= 50_000);
    }
    Sketch smooth = sketches(Shape.SMOOTH).get(0);
    for (int i = 0; i < smooth.rows(); i++) {
      assertEquals(2 + Math.exp(-i / 50.0), smooth.loss[i], 1e-12);
    }
  }

  private static double[] scatters(Shape shape) {
    return sketches(shape).stream().mapToDouble(run -> scatter(run.loss)).sorted().toArray();
  }

  private static double mean(double[] values, int from, int to) {
    return Arrays.stream(values, from, Math.min(values.length, to)).average().orElseThrow();
  }

  private static double max(double[] values) {
    return Arrays.stream(values).max().orElseThrow();
  }

  private static double[] negated(double[] values) {
    return DoubleStream.of(values).map(x -> -x).toArray();
  }
}
