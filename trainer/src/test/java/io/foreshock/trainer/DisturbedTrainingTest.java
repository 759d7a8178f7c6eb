// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.predictors.telemetry.ConfigField;
import io.foreshock.predictors.telemetry.LineParser;
import io.foreshock.predictors.telemetry.Measurement;
import io.foreshock.predictors.telemetry.Point;
import io.foreshock.predictors.telemetry.RunConfig;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Telemetry;
import io.foreshock.trainer.model.BlockStyle;
import io.foreshock.trainer.model.Mlp;
import io.foreshock.trainer.model.Norm;
import io.foreshock.trainer.model.NormPosition;
import io.foreshock.trainer.optimizer.OptimizerConfig;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What each disturbance does to a run, and what of it telemetry tells. */
@Timeout(120)
class DisturbedTrainingTest {

  private static TinyTraining.Setting disturbed(long steps, String... disturb) {
    TinyTraining.Setting setting = new TinyTraining.Setting(steps);
    setting.disturb = List.of(disturb);
    return setting;
  }

  private static List<Double> losses(TinyTraining.Setting setting) throws Exception {
    try (TinyTraining tiny = new TinyTraining(setting, null)) {
      tiny.train();
      return tiny.losses();
    }
  }

  @Test
  void garbageIsSeenInItsStepsAndTheRunIsTheSameEachTime() throws Exception {
    List<Double> clean = losses(new TinyTraining.Setting(60));
    List<Double> garbage = losses(disturbed(60, "garbage@41+3"));

    assertEquals(clean.subList(0, 40), garbage.subList(0, 40));
    for (int step = 41; step <= 43; step++) {
      assertTrue(garbage.get(step - 1) > clean.get(step - 1) + 2, garbage.toString());
    }
    assertTrue(garbage.get(59) < clean.get(39) + 1, garbage.toString());
    assertEquals(garbage, losses(disturbed(60, "garbage@41+3")));
  }

  @Test
  void repeatedBatchesKeepTheirRisingIndices() throws Exception {
    try (TinyTraining tiny = new TinyTraining(disturbed(30, "repeat@11+20=1"), null)) {
      tiny.train();

      assertEquals(LongStream.range(0, 30).boxed().toList(), tiny.field("batch"));
      assertNotEquals(losses(new TinyTraining.Setting(30)).get(11), tiny.losses().get(11));
    }
  }

  @Test
  void rateIsAppliedAndToldForItsSteps() throws Exception {
    List<Double> clean = losses(new TinyTraining.Setting(14));
    try (TinyTraining tiny = new TinyTraining(disturbed(14, "rate@10+2=8"), null)) {
      tiny.train();
      List<Double> rates = tiny.numbers("learning_rate");

      assertEquals(List.of(0.01, 0.08, 0.08, 0.01), rates.subList(8, 12));
      assertEquals(clean.subList(0, 10), tiny.losses().subList(0, 10));
      assertNotEquals(clean.get(10), tiny.losses().get(10));
    }
  }

  @Test
  void slownessIsToldAndNotWaitedFor() throws Exception {
    try (TinyTraining tiny = new TinyTraining(disturbed(8, "slow@4+3=500"), null)) {
      tiny.train(); // within the test's time limit
      List<Double> seconds = tiny.numbers("step_seconds");
      List<Long> times = tiny.times();

      for (int step = 2; step <= 8; step++) {
        boolean slow = step >= 4 && step <= 6;
        assertEquals(slow, seconds.get(step - 1) >= 500, seconds.toString());
        assertEquals(slow, times.get(step - 1) - times.get(step - 2) >= 500_000_000_000L);
        assertTrue(times.get(step - 1) > times.get(step - 2));
      }
    }
  }

  @Test
  void resumeGoesBackOnceToTheVeryStateAndOpensASegment() throws Exception {
    try (TinyTraining tiny = new TinyTraining(disturbed(12, "resume@8=3", "resume@8=8"), null);
        TinyTraining clean = new TinyTraining(12, null)) {
      tiny.train();
      clean.train();

      List<Long> steps = tiny.field("step");
      assertEquals(List.of(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 6L, 7L, 8L), steps.subList(0, 11));
      assertEquals(List.of(1L, 2L), steps.subList(11, 13)); // from the start
      assertEquals(8 + 3 + 12, steps.size());
      assertEquals(clean.losses(), tiny.losses().subList(11, 23));
      assertArrayEquals(clean.parameters(), tiny.parameters());
      assertEquals(3, tiny.lines.stream().filter(line -> line.startsWith("run_config")).count());
      assertEquals(
          3,
          tiny.lines.stream()
              .filter(line -> line.startsWith("train_step,run=tiny,segment=1 "))
              .count());
      assertEquals(2, tiny.run.state().segment());
    }
  }

  @Test
  void precisionRoundsTheScoresFromItsStepOn() throws Exception {
    List<Double> clean = losses(new TinyTraining.Setting(12));
    List<Double> rounded = losses(disturbed(12, "precision@6=3"));

    assertEquals(clean.subList(0, 5), rounded.subList(0, 5));
    assertNotEquals(clean.get(5), rounded.get(5));
    assertEquals(clean.get(5), rounded.get(5), 0.1);
  }

  @Test
  void telemetryOfEveryKthStepLeavesTheRunAsItIs() throws Exception {
    TinyTraining.Setting setting = new TinyTraining.Setting(11);
    setting.logEvery = 4;
    try (TinyTraining few = new TinyTraining(setting, null);
        TinyTraining all = new TinyTraining(11, null)) {
      few.train();
      all.train();

      assertEquals(List.of(1L, 4L, 8L, 11L), few.field("step"));
      assertArrayEquals(all.parameters(), few.parameters());
      assertEquals(all.losses().get(7), few.losses().get(2));
      assertEquals(1 + 4 * (1 + 4), few.lines.size());
    }
  }

  @Test
  void endsOnceTheLossWasLostForLongEnoughAndThatIsTold() throws Exception {
    TinyTraining.Setting setting = disturbed(200, "rate@6=1e30");
    setting.gradientClip = 0;
    setting.endAfterNonfinite = 5;
    setting.logEvery = 7;
    try (TinyTraining tiny = new TinyTraining(setting, null)) {
      tiny.train();

      assertEquals(List.of(1L, 7L, 14L), tiny.field("step"));
      assertFalse(tiny.lines.stream().anyMatch(line -> line.contains("NaN")));
      assertEquals(14, tiny.run.state().step());
    }
  }

  @Test
  void everyLineOfAnUnusualRunIsUnderstood() throws Exception {
    TinyTraining.Setting setting = disturbed(12, "garbage@3+2", "resume@6=2", "rate@9=1e30");
    setting.optimizer = OptimizerConfig.Kind.SGD;
    setting.block = new BlockStyle(Norm.RMSNORM, NormPosition.POST, Mlp.SWIGLU);
    setting.logEvery = 3;
    LineParser parser = new LineParser();
    Point point = new Point();
    Sample sample = Sample.ofStep(1, 0);
    try (TinyTraining tiny = new TinyTraining(setting, null)) {
      tiny.train();
      for (String line : tiny.lines) {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        parser.parse(bytes, 0, bytes.length, point);
        Measurement measurement = Measurement.of(point.measurement());
        if (measurement == Measurement.RUN_CONFIG) {
          RunConfig config = Telemetry.config(point);
          assertEquals("sgd", config.text(ConfigField.OPTIMIZER).orElseThrow());
          assertEquals("rmsnorm", config.fields().get("norm"));
          assertEquals("post", config.fields().get("norm_position"));
          assertEquals("swiglu", config.fields().get("mlp"));
        } else {
          assertEquals(0, Telemetry.fill(sample, measurement, point), line);
        }
      }
      assertEquals(List.of(1L, 3L, 6L, 6L, 9L, 12L), tiny.field("step"));
    }
  }
}
