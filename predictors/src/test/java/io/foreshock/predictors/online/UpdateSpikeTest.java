// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.predictors.telemetry.RunConfig;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UpdateSpikeTest extends DetectorContract {
  @Override
  Detector fresh() {
    Detector detector = new UpdateSpike();
    detector.configure(new RunConfig(Map.of("adam_beta2", 0.99)));
    return detector;
  }

  @Override
  void healthy(Sample sample, int i, double noise) {
    sample.set(Signal.UPDATE_RMS, 0.2 * Math.exp(0.03 * noise));
  }

  @Override
  void troubled(Sample sample, int k, double noise) {
    sample.set(Signal.UPDATE_RMS, 0.6 * Math.exp(0.03 * noise));
  }

  @Test
  void ratioIsHeldAgainstWhatAGradientGrownSoMuchInOneStepGives() {
    for (double beta2 : new double[] {0, 0.8, 0.9, 0.95, 0.98, 0.99, 0.999}) {
      assertEquals(ratioAfterJump(beta2, 2.6), ratioThreshold(beta2), 1e-9, "beta2 " + beta2);
    }
    // 2.3 would need a jump of 2.61 at 0.95 and could not be reached at 0.8: papers.md, section 6
    assertEquals(2.3, ratioThreshold(0.95), 0.02);
    assertEquals(1.77, ratioThreshold(0.8), 0.01);
  }

  @Test
  void thresholdIsAlwaysBelowTheCeiling() {
    for (double beta2 = 0.01; beta2 < 1; beta2 += 0.01) {
      assertTrue(ratioThreshold(beta2) < 1 / Math.sqrt(1 - beta2), "beta2 " + beta2);
    }
  }

  @Test
  void anUnknownBeta2IsTakenForTheLargest() {
    assertEquals(ratioThreshold(0.999), ratioThreshold(new UpdateSpike()), 1e-12);
  }

  /** RMS_t of a gradient of 1 that becomes k, with v-hat after that step. */
  private static double ratioAfterJump(double beta2, double k) {
    double v = 1;
    v = beta2 * v + (1 - beta2) * k * k;
    return Math.sqrt(k * k / v);
  }

  @Test
  void repeatedRatiosOfOneLayerAreAWarning() {
    List<Verdict> found = new ArrayList<>();
    Detector detector = fresh();
    for (long step = 1; step <= 3; step++) {
      Sample sample = Sample.ofLayer("embedding", Sample.NO_HEAD, step, 0);
      detector.update(sample.set(Signal.RMS_RATIO, 5), found::add);
    }
    assertEquals(Severity.INFO, found.get(1).severity());
    assertEquals(Severity.WARNING, found.get(2).severity());
    assertEquals("embedding", found.get(2).layer());
  }

  private static double ratioThreshold(double beta2) {
    Detector detector = new UpdateSpike();
    detector.configure(new RunConfig(Map.of("adam_beta2", beta2)));
    return ratioThreshold(detector);
  }

  private static double ratioThreshold(Detector detector) {
    List<Verdict> found = new ArrayList<>();
    Sample sample = Sample.ofLayer("0", Sample.NO_HEAD, 1, 0);
    detector.update(sample.set(Signal.RMS_RATIO, 100), found::add);
    return found.get(0).threshold();
  }
}
