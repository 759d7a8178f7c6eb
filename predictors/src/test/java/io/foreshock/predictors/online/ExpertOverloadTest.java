// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.foreshock.predictors.telemetry.RunConfig;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExpertOverloadTest extends DetectorContract {
  @Override
  Detector fresh() {
    return new ExpertOverload();
  }

  @Override
  void healthy(Sample sample, int i, double noise) {
    sample.set(Signal.EXPERT_MAX_VIOLATION, 0.5 * Math.exp(0.15 * noise));
  }

  @Override
  void troubled(Sample sample, int k, double noise) {
    sample.set(Signal.EXPERT_MAX_VIOLATION, Math.min(15, 0.5 * Math.exp(0.2 * k + 0.15 * noise)));
  }

  @Test
  void nearTheMostThatIsPossibleItIsCritical() {
    Detector detector = fresh();
    detector.configure(new RunConfig(Map.of("experts", 64L, "active_experts", 4L)));
    assertEquals("C", violations(detector, 0.5, 12).newest(1));
  }

  @Test
  void withoutTheNumberOfExpertsItIsAWarning() {
    assertEquals("W", violations(fresh(), 0.5, 12).newest(1));
    assertEquals("I", violations(fresh(), 0.5, 1.2).newest(1));
    assertEquals(".", violations(fresh(), 0.04, 0.12).newest(1), "still well balanced");
  }

  @Test
  void aRoutingThatWasNeverBalancedIsAWarning() {
    Detector detector = fresh();
    detector.configure(new RunConfig(Map.of("experts", 8L, "active_experts", 2L)));
    assertEquals("W", violations(detector, 2.95, 2.95).newest(1));
    assertEquals(List.of(), violations(fresh(), 2.95, 2.95).found);
  }

  private static Feed violations(Detector detector, double before, double after) {
    Feed feed = Feed.of(detector);
    for (int i = 0; i < 700; i++) {
      double violation = i < 600 ? before : after;
      feed.next(sample -> sample.set(Signal.EXPERT_MAX_VIOLATION, violation));
    }
    return feed;
  }
}
