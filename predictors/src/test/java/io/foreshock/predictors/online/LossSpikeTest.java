// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LossSpikeTest extends DetectorContract {
  @Override
  Detector fresh() {
    return new LossSpike();
  }

  @Override
  void healthy(Sample sample, int i, double noise) {
    sample.set(Signal.LOSS, 2 + 2 * Math.exp(-i / 60.0) + 0.03 * noise);
  }

  @Override
  void troubled(Sample sample, int k, double noise) {
    sample.set(Signal.LOSS, 3 + 0.03 * noise);
  }

  @Test
  void threeBadBatchesAreNeverCritical() {
    Detector detector = fresh();
    feed(detector, stream(1).subList(0, HEALTHY));
    List<Verdict> found = new ArrayList<>();
    for (int k = 1; k <= 30; k++) {
      Sample sample = Sample.ofStep(HEALTHY + k, 0);
      detector.update(sample.set(Signal.LOSS, k <= 3 ? 9 : 2.05), found::add);
    }
    assertEquals(3, found.size());
    assertTrue(found.stream().allMatch(v -> v.severity() == Severity.WARNING));
  }

  @Test
  void jumpThatStaysIsCriticalOnTheFourthStep() {
    List<Verdict> found = feed(fresh(), stream(1));
    assertEquals(Severity.WARNING, found.get(2).severity());
    assertEquals(Severity.CRITICAL, found.get(3).severity());
  }
}
