// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AttentionEntropyCollapseTest extends DetectorContract {
  @Override
  Detector fresh() {
    return new AttentionEntropyCollapse(200);
  }

  @Override
  String layer() {
    return "3";
  }

  @Override
  void healthy(Sample sample, int i, double noise) {
    sample.set(Signal.ATTENTION_ENTROPY, 1.5 * Math.exp(0.05 * noise));
  }

  @Override
  void troubled(Sample sample, int k, double noise) {
    sample.set(Signal.ATTENTION_ENTROPY, 1.5 * Math.exp(-0.2 * k + 0.05 * noise));
  }

  @Test
  void entropyOfZeroIsACollapseAndNoError() {
    Detector detector = fresh();
    List<Verdict> found = new ArrayList<>();
    for (long step = 1; step < 40; step++) {
      Sample sample = Sample.ofLayer("0", Sample.NO_HEAD, step, 0);
      detector.update(sample.set(Signal.ATTENTION_ENTROPY, 0), found::add);
    }
    assertEquals(Severity.CRITICAL, found.get(0).severity());
  }

  @Test
  void slowDeclineToALowLevelIsNotCritical() {
    Detector detector = fresh();
    List<Verdict> found = new ArrayList<>();
    for (long step = 1; step < 2000; step++) {
      Sample sample = Sample.ofLayer("0", Sample.NO_HEAD, step, 0);
      double entropy = 0.15 + 2.5 * Math.exp(-step / 300.0);
      detector.update(sample.set(Signal.ATTENTION_ENTROPY, entropy), found::add);
    }
    assertTrue(found.stream().noneMatch(v -> v.severity() == Severity.CRITICAL));
  }
}
