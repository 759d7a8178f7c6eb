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

class AdamBimodalityTest extends DetectorContract {
  @Override
  Detector fresh() {
    return new AdamBimodality();
  }

  @Override
  String layer() {
    return "1";
  }

  @Override
  void healthy(Sample sample, int i, double noise) {
    sample.set(Signal.UPDATE_ABS_GT_HALF, i < 20 ? 0.2 : 0.03 + 0.005 * Math.abs(noise));
  }

  @Override
  void troubled(Sample sample, int k, double noise) {
    sample.set(Signal.UPDATE_ABS_GT_HALF, 0.7);
  }

  @Test
  void theFirstStepsWithTheirShareOfOneAreNoTrouble() {
    List<Verdict> found = new ArrayList<>();
    Detector detector = fresh();
    for (long step = 1; step <= 100; step++) {
      Sample sample = Sample.ofLayer("0", Sample.NO_HEAD, step, 0);
      detector.update(sample.set(Signal.UPDATE_ABS_GT_HALF, 1.0 / step), found::add);
    }
    assertEquals(List.of(), found);
    assertTrue(feed(fresh(), stream(1)).get(40).severity() == Severity.WARNING);
  }

  /** AR(1) gradients through Adam: the correlation told is the one put in, if not quite. */
  @Test
  void updatesThatGrowTellHowCorrelatedGradientsHaveBecome() {
    for (double rho : new double[] {0, 0.5, 0.8, 0.9}) {
      double told = toldCorrelation(rho);
      assertTrue(rho < 0.7 == Double.isNaN(told), "told " + told + " of " + rho);
      assertTrue(rho < 0.7 || Math.abs(told - rho) < 0.12, "told " + told + " of " + rho);
    }
  }

  @Test
  void updatesOfAnotherOptimizerTellNothing() {
    assertEquals(List.of(), feed(sized("sgd"), sizes(0.95)));
    assertTrue(!feed(sized("AdamW"), sizes(0.95)).isEmpty());
  }

  private static double toldCorrelation(double rho) {
    List<Verdict> found = feed(sized("AdamW"), sizes(rho));
    return found.isEmpty() ? Double.NaN : found.get(found.size() - 1).value();
  }

  private static Detector sized(String optimizer) {
    Detector detector = new AdamBimodality();
    detector.configure(new RunConfig(Map.of("optimizer", optimizer, "adam_beta1", 0.9)));
    return detector;
  }

  /** RMS of Adam's update over 1000 elements; gradients are independent for 100 steps, then not. */
  private static List<Sample> sizes(double rho) {
    Random random = new Random(5);
    double[] g = new double[1000];
    double[] m = new double[1000];
    double[] v = new double[1000];
    List<Sample> samples = new ArrayList<>();
    for (int step = 1; step <= 300; step++) {
      double correlation = step > 100 ? rho : 0;
      double sum = 0;
      for (int i = 0; i < g.length; i++) {
        double fresh = Math.sqrt(1 - correlation * correlation) * random.nextGaussian();
        g[i] = correlation * g[i] + fresh;
        m[i] += 0.1 * (g[i] - m[i]);
        v[i] += 0.05 * (g[i] * g[i] - v[i]);
        double update = m[i] / (1 - Math.pow(0.9, step));
        double size = v[i] / (1 - Math.pow(0.95, step));
        sum += update * update / size;
      }
      Sample sample = Sample.ofLayer("0", Sample.NO_HEAD, step, step);
      samples.add(sample.set(Signal.LAYER_UPDATE_RMS, Math.sqrt(sum / g.length)));
    }
    return samples;
  }
}
