// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.foreshock.predictors.telemetry.RunConfig;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LearningRateTooHighTest extends DetectorContract {
  @Override
  Detector fresh() {
    Detector detector = new LearningRateTooHigh();
    detector.configure(new RunConfig(Map.of("parameters", 1_000_000L, "adam_beta1", 0.9)));
    return detector;
  }

  @Override
  void healthy(Sample sample, int i, double noise) {
    whole(sample, 1e-3 * Math.min(1, (i + 1) / 50.0), noise);
  }

  /** A rate that grows by 5 % a step, 19-fold in the end. */
  @Override
  void troubled(Sample sample, int k, double noise) {
    whole(sample, 4e-3 * Math.exp(0.05 * k), noise);
  }

  private static void whole(Sample sample, double rate, double noise) {
    sample.set(Signal.LEARNING_RATE, rate);
    sample.set(Signal.UPDATE_RMS, 0.3 * Math.exp(0.05 * noise));
    sample.set(Signal.PARAM_NORM, 0.04 * 1000);
  }

  @Test
  void namesTheLayerThatMovesTooFar() {
    List<Verdict> found = layered("3", step -> 1e-3 * Math.exp(0.02 * step));
    assertFalse(found.isEmpty());
    assertEquals("3", found.get(0).where().layer());
    assertEquals(Severity.WARNING, found.get(0).severity());
    assertEquals(0.03, found.get(0).measured().threshold(), 1e-12);
  }

  @Test
  void aConstantRateIsNeverTooHigh() {
    assertEquals(List.of(), layered("3", step -> 0.1));
  }

  @Test
  void embeddingAndHeadAreLeftOut() {
    assertEquals(List.of(), layered("embedding", step -> 1e-3 * Math.exp(0.02 * step)));
    assertEquals(List.of(), layered("head", step -> 1e-3 * Math.exp(0.02 * step)));
  }

  private interface Rate {
    double at(long step);
  }

  private List<Verdict> layered(String layer, Rate rate) {
    Detector detector = fresh();
    List<Verdict> found = new ArrayList<>();
    for (long step = 1; step <= 300; step++) {
      Sample whole = Sample.ofStep(step, step).set(Signal.LEARNING_RATE, rate.at(step));
      detector.update(whole, found::add);
      Sample sample = Sample.ofLayer(layer, Sample.NO_HEAD, step, step);
      sample.set(Signal.LAYER_UPDATE_RMS, 0.3).set(Signal.PARAM_RMS, 0.1);
      detector.update(sample, found::add);
    }
    return found;
  }
}
