// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.evaluation.baseline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class WindowRulesTest {
  private static final double LOUD = Double.POSITIVE_INFINITY;
  private static final double SILENT = Double.NEGATIVE_INFINITY;

  @Test
  void olmoSkipStepDividesByTheSampleDeviationOfThe128Before() {
    double deviation = Math.sqrt(128.0 / 127);
    assertEquals(6 / deviation, new Steps(SkipStep.olmo()).waves(128).loss(8), 1e-12);
    // older ones have left the window
    Steps steps = new Steps(SkipStep.olmo()).losses(50, 1000).waves(128);
    assertEquals(6 / deviation, steps.loss(8), 1e-12);
  }

  @Test
  void olmoSkipStepIsActiveFromThe64thLossOn() {
    assertEquals(SILENT, new Steps(SkipStep.olmo()).waves(62).loss(100));
    assertTrue(new Steps(SkipStep.olmo()).waves(63).loss(100) > 90);
  }

  @Test
  void levanterSkipStepTakesThePopulationDeviationAndNeeds64Before() {
    assertEquals(SILENT, new Steps(SkipStep.levanter()).waves(63).loss(100));
    assertEquals(98, new Steps(SkipStep.levanter()).waves(64).loss(100), 1e-9);
    assertEquals(1e6, new Steps(SkipStep.levanter()).losses(64, 2).loss(3), 1e-3);
  }

  @Test
  void skipStepMasksASecondSpikeInItsWindow() {
    Steps steps = new Steps(SkipStep.olmo()).waves(128);
    assertTrue(steps.loss(100) > 6);
    assertTrue(steps.loss(20) < 2);
  }

  @Test
  void skipStepSkipsEveryStepUntilANaNLeavesItsWindow() {
    Steps steps = new Steps(SkipStep.olmo()).waves(128);
    assertEquals(LOUD, steps.loss(Double.NaN));
    for (int i = 0; i < 128; i++) {
      assertEquals(LOUD, steps.loss(2), "step " + i + " after the NaN");
    }
    assertTrue(Double.isFinite(steps.loss(2)));
  }

  @Test
  void skipStepWatchesGradientNormsAsWell() {
    Steps steps = new Steps(SkipStep.olmo());
    for (int i = 0; i < 128; i++) {
      steps.gradNorm(1 + 2 * (i % 2));
    }
    assertEquals(10 / Math.sqrt(128.0 / 127), steps.gradNorm(12), 1e-12);
  }

  @Test
  void constantLossNeverSkips() {
    assertEquals(0, new Steps(SkipStep.olmo()).losses(100, 2).loss(2));
  }

  @Test
  void stabilityMonitorWaitsForAFullWindowAndTakesThePopulationDeviation() {
    assertEquals(SILENT, new Steps(new StabilityMonitor()).waves(127).loss(100));
    assertEquals(7, new Steps(new StabilityMonitor()).waves(128).loss(9), 1e-12);
    assertEquals(SILENT, new Steps(new StabilityMonitor()).losses(128, 2).loss(100));
  }

  @Test
  void stabilityMonitorIsBlindWhileANaNIsInItsWindow() {
    Steps steps = new Steps(new StabilityMonitor()).waves(128);
    steps.loss(Double.NaN);
    for (int i = 0; i < 128; i++) {
      assertEquals(SILENT, steps.loss(100), "step " + i + " after the NaN");
    }
  }

  @Test
  void updateClipTakesUnclippedNormsFromThe65thOn() {
    Steps steps = new Steps(new UpdateNormClip());
    for (int i = 0; i < 64; i++) {
      assertTrue(Double.isNaN(steps.updateRms(1 + 2 * (i % 2))));
    }
    assertEquals(98, steps.updateRms(100), 1e-9);
    assertTrue(steps.updateRms(100) < 10); // the first is in the window, unclipped
  }

  @Test
  void outlierDetectorIncludesTheValueItself() {
    Steps steps = new Steps(new OutlierDetector()).losses(127, 0);
    assertEquals(SILENT, steps.loss(0)); // fills the window
    assertEquals(Math.sqrt(127), steps.loss(1e9), 1e-9); // the largest z there can be
    assertEquals(0, new Steps(new OutlierDetector()).losses(128, 5).loss(5));
  }

  @Test
  void cusumAddsUpRobustDeviations() {
    Steps steps = new Steps(new Cusum(Cusum.H)).waves(30);
    double first = 3 / 1.4826 - 1; // median 2, MAD 1
    assertEquals(first, steps.loss(5), 1e-12);
    assertEquals(first + 2 / (2 * 1.4826) - 1, steps.loss(5), 1e-12); // median 3, MAD 2
    assertTrue(Double.isNaN(new Steps(new Cusum(Cusum.H)).waves(29).loss(5)));
  }

  @Test
  void cusumFiresOnAFallAndStartsAgain() {
    Steps steps = new Steps(new Cusum(Cusum.H)).waves(30);
    double fall = 12 / 1.4826 - 1;
    assertEquals(fall, steps.loss(-10), 1e-12);
    assertTrue(steps.loss(3) < 1);
    Steps swept = new Steps(new Cusum(LOUD)).waves(30);
    swept.loss(-10);
    assertTrue(swept.loss(3) > 5); // S⁻ goes on from 7.1
  }

  @Test
  void cusumLeavesNonFiniteLossesOut() {
    Steps steps = new Steps(new Cusum(Cusum.H)).waves(30);
    assertTrue(Double.isNaN(steps.loss(Double.NaN)));
    assertEquals(3 / 1.4826 - 1, steps.loss(5), 1e-12);
  }

  @Test
  void zScoreIsTwoSided() {
    assertEquals(5, new Steps(new ZScore()).waves(30).loss(7), 1e-12);
    assertEquals(5, new Steps(new ZScore()).waves(30).loss(-3), 1e-12);
    assertTrue(Double.isNaN(new Steps(new ZScore()).waves(29).loss(7)));
    assertFalse(new Steps(new ZScore()).losses(30, 2).loss(3) > 0);
  }
}
