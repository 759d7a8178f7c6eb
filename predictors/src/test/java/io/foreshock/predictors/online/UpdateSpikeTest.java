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
import java.util.Random;
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

  /** papers.md, section 6: how large a jump makes RMS_t the 2.3 that was published for CLIP. */
  @Test
  void theJumpThatGivesThePublishedRatioDependsOnBeta2() {
    double[][] known = {{0.999, 2.30}, {0.99, 2.35}, {0.98, 2.41}, {0.95, 2.61}, {0.9, 3.18}};
    for (double[] each : known) {
      assertEquals(2.3, ratioAfterJump(each[0], each[1]), 0.01, "beta2 " + each[0]);
    }
    assertEquals(2.236, ratioAfterJump(0.8, 1e9), 0.001); // the ceiling: 2.3 cannot be
    assertEquals(1 / Math.sqrt(1 - 0.95), ratioAfterJump(0.95, 1e9), 1e-6);
  }

  @Test
  void independentGradientsAreFarBelowEveryThreshold() {
    for (double beta2 : new double[] {0.95, 0.98, 0.99}) {
      double ratio = ratioOfIndependentGradients(beta2);
      assertEquals(0.99, ratio, 0.02, "beta2 " + beta2);
      assertTrue(ratio < 0.7 * ratioThreshold(beta2), "beta2 " + beta2);
    }
  }

  /** Mean RMS_t of 2,000 Gaussian elements, v-hat with this step's gradient in it. */
  private static double ratioOfIndependentGradients(double beta2) {
    Random random = new Random(8);
    double[] v = new double[2000];
    double sum = 0;
    int steps = (int) (10 / (1 - beta2));
    for (int step = 1; step <= steps + 20; step++) {
      double squares = 0;
      double correction = 1 - Math.pow(beta2, step);
      for (int i = 0; i < v.length; i++) {
        double g = random.nextGaussian();
        v[i] += (1 - beta2) * (g * g - v[i]);
        squares += g * g / (v[i] / correction);
      }
      sum += step > steps ? Math.sqrt(squares / v.length) : 0;
    }
    return sum / 20;
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
    assertEquals("embedding", found.get(2).where().layer());
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
    return found.get(0).measured().threshold();
  }
}
