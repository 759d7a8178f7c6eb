// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LossDivergenceTest extends DetectorContract {
  @Override
  Detector fresh() {
    return new LossDivergence();
  }

  @Override
  void healthy(Sample sample, int i, double noise) {
    sample.set(Signal.LOSS, 2 + 2 * Math.exp(-i / 60.0) + 0.03 * noise);
  }

  @Override
  void troubled(Sample sample, int k, double noise) {
    sample.set(Signal.LOSS, 2.1 + 0.02 * k + 0.03 * noise);
  }

  @Test
  void slowRiseIsCriticalBeforeTenPercent() {
    int critical = first(Severity.CRITICAL, slowlyRising());
    assertTrue(critical < HEALTHY + 200, "only at sample " + critical);
  }

  @Test
  void aRisenLearningRateIsToldAsTheLikelyCause() {
    List<Sample> ramped = slowlyRising();
    for (int i = 0; i < ramped.size(); i++) {
      ramped.get(i).set(Signal.LEARNING_RATE, 1e-3 * Math.exp(i / 40.0));
    }
    List<Verdict> found = feed(fresh(), ramped);
    assertTrue(found.get(found.size() - 1).evidence().containsKey("learning_rate_factor"));
  }

  /** A healthy fall, then a thousandth of a nat more at each step. */
  private List<Sample> slowlyRising() {
    List<Sample> samples = new ArrayList<>(stream(1).subList(0, HEALTHY));
    for (int k = 1; k <= 300; k++) {
      Sample sample = Sample.ofStep(HEALTHY + k, 0);
      samples.add(sample.set(Signal.LOSS, 2.05 + 0.001 * k + (k % 2 == 0 ? 0.03 : -0.03)));
    }
    return samples;
  }

  private int first(Severity severity, List<Sample> samples) {
    Detector detector = fresh();
    for (int i = 0; i < samples.size(); i++) {
      List<Verdict> found = feed(detector, samples.subList(i, i + 1));
      if (found.stream().anyMatch(v -> v.severity() == severity)) {
        return i;
      }
    }
    return Integer.MAX_VALUE;
  }
}
