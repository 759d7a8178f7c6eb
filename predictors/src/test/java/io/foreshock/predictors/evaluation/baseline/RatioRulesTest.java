// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.evaluation.baseline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.predictors.telemetry.RunConfig;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RatioRulesTest {
  @Test
  void earlyStoppingComparesWithTheLowestAfterTheWarmup() {
    EarlyStopping rule = new EarlyStopping();
    rule.configure(new RunConfig(Map.of("warmup_steps", 3L)));
    Steps steps = new Steps(rule).losses(1, 4).losses(1, 2);
    assertTrue(Double.isNaN(steps.loss(9)));
    assertEquals(1.5, steps.loss(3), 1e-12);
    assertEquals(1, steps.loss(1), 1e-12);
    assertTrue(Double.isNaN(steps.loss(Double.NaN)));
  }

  @Test
  void killLossSpikeFiresAtTheFifthOutlierInARow() {
    Steps steps = new Steps(new KillLossSpike()).losses(100, 3);
    for (int i = 0; i < 4; i++) {
      assertTrue(steps.loss(7) < 2, "outlier " + (i + 1));
    }
    assertEquals(7 / 3.16, steps.loss(7), 1e-12); // four sevens are in the window by now
    assertTrue(steps.loss(7) > 2);
    assertTrue(steps.loss(3) < 2); // a normal one resets
    assertTrue(steps.loss(7) < 2);
  }

  @Test
  void killLossSpikeSaysNothingBeforeItsWindowIsFull() {
    Steps steps = new Steps(new KillLossSpike()).losses(99, 3);
    assertTrue(Double.isNaN(steps.loss(30)));
    KillLossSpike longer = new KillLossSpike();
    longer.configure(new RunConfig(Map.of("total_steps", 4000L)));
    assertTrue(Double.isNaN(new Steps(longer).losses(199, 3).loss(30)));
    assertTrue(!Double.isNaN(new Steps(longer).losses(1, 3).loss(30)));
  }

  @Test
  void killLossSpikeFiresWhenHalfOfTheWindowIsAboveTheCap() {
    Steps steps = new Steps(new KillLossSpike()).losses(100, 12); // cap 10
    steps.losses(99, 9);
    assertTrue(steps.loss(12) < 2); // step 200: one in the window
    steps.losses(49, 12);
    assertTrue(steps.loss(9) >= 2); // fifty of them
    assertTrue(new Steps(new KillLossSpike()).losses(198, 12).loss(12) < 2); // step 199
    assertEquals(2.4, new Steps(new KillLossSpike()).losses(199, 12).loss(12), 1e-12);
  }

  @Test
  void killLossSpikeNeverFiresAtTheCapItself() {
    assertTrue(new Steps(new KillLossSpike()).losses(300, 8).loss(8) < 2); // cap 8
  }

  @Test
  void killLossSpikeIsBlindedByANaN() {
    Steps steps = new Steps(new KillLossSpike()).losses(100, 3).losses(1, Double.NaN);
    for (int i = 0; i < 20; i++) {
      assertTrue(steps.loss(30) < 2);
    }
  }

  @Test
  void spikyLossComparesWithTheLargestOfTheFirstHundredForEver() {
    Steps steps = new Steps(new SpikyLoss()).losses(1, 6).losses(98, 2);
    assertTrue(Double.isNaN(steps.loss(2)));
    assertEquals(2, steps.loss(12), 1e-12);
    assertEquals(4, steps.loss(24), 1e-12);
    assertTrue(Double.isNaN(steps.loss(Double.NaN)));
  }

  @Test
  void spikeDetectionKeepsASpikeOutOfItsMean() {
    Steps steps = new Steps(new SpikeDetection()).losses(10, 2);
    assertEquals(2, steps.loss(6), 1e-12); // 3 times the mean
    assertEquals(2, steps.loss(6), 1e-12);
    assertEquals(1.5, steps.loss(5), 1e-12);
    assertEquals(0, steps.loss(4), 1e-12); // below the last one taken in
    assertEquals(Double.POSITIVE_INFINITY, steps.loss(Double.NaN));
    assertEquals(0, new Steps(new SpikeDetection()).loss(9)); // the first is never one
  }

  @Test
  void lastGoodLossStaysWhereItIsAfterAJump() {
    Steps steps = new Steps(new LastGoodLoss()).losses(1, 2);
    assertEquals(0.1, steps.loss(2.2), 1e-12);
    for (int i = 0; i < 50; i++) {
      assertEquals(0.25, steps.loss(2.75), 1e-12);
    }
    LastGoodLoss warm = new LastGoodLoss();
    warm.configure(new RunConfig(Map.of("warmup_steps", 3L)));
    assertTrue(Double.isNaN(new Steps(warm).losses(2, 2).loss(9)));
  }

  @Test
  void lossDampingFreezesItsAverageWhileTheLossIsAboveIt() {
    Steps steps = new Steps(new LossDamping()).losses(1, 4);
    assertEquals(2, steps.loss(8), 1e-12);
    assertEquals(2, steps.loss(8), 1e-12);
    assertEquals(0.5, steps.loss(2), 1e-12); // average 0.2·2 + 0.8·4 = 3.6
    assertEquals(1.5, steps.loss(5.4), 1e-12);
  }

  @Test
  void zClipFeedsItsAverageTheClippedNorm() {
    Steps steps = new Steps(new ZClip());
    for (int i = 0; i < 24; i++) {
      steps.gradNorm(i % 2 == 0 ? 0.9 : 1.1);
    }
    assertTrue(Double.isNaN(steps.gradNorm(1.0)));
    double deviation = Math.sqrt(24 * 0.01 / 25);
    double z = 1 / (deviation + 1e-6);
    assertEquals(z, steps.gradNorm(2.0), 1e-9);
    double clipped = 1 + 2.5 * 2.5 * deviation / z;
    double mean = 0.97 + 0.03 * clipped;
    double variance = 0.97 * deviation * deviation + 0.03 * Math.pow(clipped - mean, 2);
    assertEquals((2 - mean) / (Math.sqrt(variance) + 1e-6), steps.gradNorm(2.0), 1e-9);
    assertTrue(clipped < 1.07, "fed with " + clipped);
  }

  @Test
  void zClipIsBlindedForGoodByOneNaN() {
    Steps steps = new Steps(new ZClip());
    for (int i = 0; i < 30; i++) {
      steps.gradNorm(1 + 0.1 * (i % 2));
    }
    steps.gradNorm(Double.NaN);
    for (int i = 0; i < 500; i++) {
      assertTrue(Double.isNaN(steps.gradNorm(1e6)));
    }
  }

  @Test
  void configurationOnlyMeasuresTheRateAgainstTheUsualOne() {
    assertEquals(1, configured(Map.of("learning_rate", 0.05, "width", 100L)), 1e-12);
    assertEquals(
        1, configured(Map.of("learning_rate", 0.005, "width", 100L, "optimizer", "lion")), 1e-12);
    assertEquals(2, configured(Map.of("learning_rate", 10.0, "optimizer", "sgd")), 1e-12);
    assertEquals(
        0, configured(Map.of("learning_rate", 0.05, "width", 100L, "qk_layernorm", true)), 1e-12);
    assertTrue(Double.isNaN(configured(Map.of("learning_rate", 0.05))));
    assertTrue(Double.isNaN(configured(Map.of("width", 100L))));
  }

  private static double configured(Map<String, Object> fields) {
    ConfigurationOnly rule = new ConfigurationOnly();
    rule.configure(new RunConfig(fields));
    Steps steps = new Steps(rule);
    for (int i = 0; i < 20; i++) {
      assertTrue(Double.isNaN(steps.loss(3)));
    }
    return steps.loss(3);
  }
}
