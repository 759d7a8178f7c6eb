// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.predictors.telemetry.RunConfig;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.ArrayList;
import java.util.Arrays;
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

  /** papers.md, section 2: the limits are where the histogram of updates has one mode or two. */
  @Test
  void theLevelsAreThoseOfOneModeAndOfTwo() {
    double[] independent = updates(0);
    assertEquals(0.2265, deviation(independent), 0.005);
    assertEquals(0.023, largeShare(independent), 0.005);
    assertTrue(bimodality(independent) < 0.40, "BC " + bimodality(independent));
    assertEquals(null, severity(largeShare(independent)));
    double[] half = updates(0.5);
    assertEquals(0.353, deviation(half), 0.01);
    assertTrue(bimodality(half) < 5.0 / 9, "BC " + bimodality(half));
    assertEquals(null, severity(largeShare(half)));
    double[] correlated = updates(0.9);
    assertEquals(0.620, deviation(correlated), 0.01);
    assertTrue(bimodality(correlated) > 5.0 / 9, "BC " + bimodality(correlated));
    assertEquals(Severity.WARNING, severity(updates(0.95)));
  }

  /** What the detector thinks of a layer that was calm and then stays at that share. */
  private static Severity severity(double share) {
    Detector detector = new AdamBimodality();
    List<Verdict> found = new ArrayList<>();
    for (long step = 1; step <= 300; step++) {
      Sample sample = Sample.ofLayer("0", Sample.NO_HEAD, step, 0);
      detector.update(sample.set(Signal.UPDATE_ABS_GT_HALF, step < 100 ? 0.02 : share), found::add);
    }
    return found.isEmpty() ? null : found.get(found.size() - 1).severity();
  }

  private static Severity severity(double[] updates) {
    return severity(largeShare(updates));
  }

  /** Bias-corrected m/√v of 20,000 elements after 200 steps of AR(1) gradients. */
  private static double[] updates(double rho) {
    Random random = new Random(21);
    double[] updates = new double[20_000];
    for (int i = 0; i < updates.length; i++) {
      double g = random.nextGaussian();
      double m = 0;
      double v = 0;
      for (int step = 1; step <= 200; step++) {
        m += 0.1 * (g - m);
        v += 0.05 * (g * g - v);
        g = rho * g + Math.sqrt(1 - rho * rho) * random.nextGaussian();
      }
      updates[i] = m / (1 - Math.pow(0.9, 200)) / Math.sqrt(v / (1 - Math.pow(0.95, 200)));
    }
    return updates;
  }

  private static double largeShare(double[] updates) {
    return (double) Arrays.stream(updates).filter(r -> Math.abs(r) > 0.5).count() / updates.length;
  }

  private static double deviation(double[] values) {
    return Math.sqrt(moment(values, 2));
  }

  /** (skewness² + 1) / (excess kurtosis + 3 (n − 1)² / ((n − 2)(n − 3))); 5/9 where uniform. */
  private static double bimodality(double[] values) {
    double n = values.length;
    double variance = moment(values, 2);
    double skewness = moment(values, 3) / Math.pow(variance, 1.5);
    double excess = moment(values, 4) / (variance * variance) - 3;
    return (skewness * skewness + 1) / (excess + 3 * (n - 1) * (n - 1) / ((n - 2) * (n - 3)));
  }

  private static double moment(double[] values, int order) {
    double mean = Arrays.stream(values).average().orElseThrow();
    return Arrays.stream(values).map(x -> Math.pow(x - mean, order)).average().orElseThrow();
  }

  /** AR(1) gradients through Adam: the reported correlation is close to the true one. */
  @Test
  void updatesThatGrowTellHowCorrelatedGradientsHaveBecome() {
    for (double rho : new double[] {0, 0.5, 0.8, 0.9}) {
      double reported = reportedCorrelation(rho);
      assertTrue(rho < 0.7 == Double.isNaN(reported), "reported " + reported + " of " + rho);
      assertTrue(
          rho < 0.7 || Math.abs(reported - rho) < 0.12, "reported " + reported + " of " + rho);
    }
  }

  @Test
  void updatesOfAnotherOptimizerTellNothing() {
    assertEquals(List.of(), feed(sized("sgd"), sizes(0.95)));
    assertTrue(!feed(sized("AdamW"), sizes(0.95)).isEmpty());
  }

  private static double reportedCorrelation(double rho) {
    List<Verdict> found = feed(sized("AdamW"), sizes(rho));
    return found.isEmpty() ? Double.NaN : found.get(found.size() - 1).measured().value();
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
