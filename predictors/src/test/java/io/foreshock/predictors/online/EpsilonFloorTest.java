// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.predictors.telemetry.RunConfig;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EpsilonFloorTest extends DetectorContract {
  @Override
  Detector fresh() {
    Detector detector = new EpsilonFloor();
    detector.configure(new RunConfig(Map.of("adam_epsilon", 1e-8)));
    return detector;
  }

  @Override
  String layer() {
    return "1";
  }

  @Override
  void healthy(Sample sample, int i, double noise) {
    sample.set(Signal.GRAD_RMS, 1e-4 * Math.exp(0.2 * noise));
  }

  @Override
  void troubled(Sample sample, int k, double noise) {
    sample.set(Signal.GRAD_RMS, 1e-9 * Math.exp(0.2 * noise));
  }

  @Test
  void reportsNothingWithoutAnEpsilon() {
    assertEquals(List.of(), feed(new EpsilonFloor(), stream(1)));
    assertTrue(feed(fresh(), stream(1)).size() > 10);
  }
}
