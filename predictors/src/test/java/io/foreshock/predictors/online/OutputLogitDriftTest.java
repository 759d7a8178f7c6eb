// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutputLogitDriftTest extends DetectorContract {
  @Override
  Detector fresh() {
    return new OutputLogitDrift(200);
  }

  @Override
  void healthy(Sample sample, int i, double noise) {
    sample.set(Signal.LOG_Z_MEAN, 6 + 0.2 * noise);
  }

  @Override
  void troubled(Sample sample, int k, double noise) {
    sample.set(Signal.LOG_Z_MEAN, -6 * Math.exp(0.08 * k) + 0.2 * noise);
  }

  @Test
  void prefersTheMeanSquareWhichCannotCancel() {
    Detector detector = fresh();
    List<Verdict> found = new ArrayList<>();
    for (long step = 1; step < 40; step++) {
      Sample sample = Sample.ofStep(step, 0).set(Signal.LOG_Z_MEAN, 0);
      detector.update(sample.set(Signal.LOG_Z_SQUARE_MEAN, 150.0 * 150.0), found::add);
    }
    assertEquals(150, found.get(0).measured().value(), 1e-9);
  }
}
