// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.List;
import org.junit.jupiter.api.Test;

class GradientSpikeTest extends DetectorContract {
  @Override
  Detector fresh() {
    return new GradientSpike();
  }

  @Override
  void healthy(Sample sample, int i, double noise) {
    sample.set(Signal.GRAD_NORM, 0.5 * Math.exp(0.2 * noise));
  }

  @Override
  void troubled(Sample sample, int k, double noise) {
    sample.set(Signal.GRAD_NORM, 8 * Math.exp(0.2 * noise));
  }

  @Test
  void isNeverCritical() {
    assertTrue(feed(fresh(), stream(1)).stream().noneMatch(v -> v.severity() == Severity.CRITICAL));
  }

  @Test
  void zeroGradientsAreSkipped() {
    List<Sample> samples = stream(1).subList(0, HEALTHY);
    samples.get(50).set(Signal.GRAD_NORM, 0);
    assertEquals(List.of(), feed(fresh(), samples));
  }
}
