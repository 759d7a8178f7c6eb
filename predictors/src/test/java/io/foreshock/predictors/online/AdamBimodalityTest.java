// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.ArrayList;
import java.util.List;
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
}
