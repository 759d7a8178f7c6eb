// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.predictors.telemetry.RunConfig;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

class RouterEntropyCollapseTest extends DetectorContract {
  @Override
  Detector fresh() {
    return new RouterEntropyCollapse();
  }

  @Override
  void healthy(Sample sample, int i, double noise) {
    sample.set(Signal.ROUTER_ENTROPY, 2.9 + 0.02 * noise);
  }

  @Override
  void troubled(Sample sample, int k, double noise) {
    sample.set(Signal.ROUTER_ENTROPY, 2.9 * Math.exp(-0.1 * k) + 0.002 * noise);
  }

  @Test
  void entropyThatFallsSlowlyWhileExpertsSpecializeIsNothing() {
    assertEquals(List.of(), course(fresh(), 20_000, i -> 5.5 / (1 + i / 4000.0)).found);
  }

  @Test
  void aRouterThatIsNearlyUniformIsWatchedMoreClosely() {
    Detector detector = fresh();
    detector.configure(new RunConfig(Map.of("experts", 384L)));
    Feed feed = course(detector, 3400, i -> i < 3000 ? 5.948 : 5.948 - 1e-4 * (i - 3000));
    assertEquals("I", feed.newest(1));
    assertTrue(feed.found.get(0).message().contains("uniform: 5.95"), feed.found.get(0).message());
    Feed unknown = course(fresh(), 3400, i -> i < 3000 ? 5.948 : 5.948 - 1e-4 * (i - 3000));
    assertEquals(List.of(), unknown.found, "without the number of experts");
  }

  @Test
  void aBoundaryTakesANewLevel() {
    Feed feed = course(fresh(), 600, i -> 3);
    feed.detector().boundary();
    for (int i = 0; i < 100; i++) {
      feed.next(sample -> sample.set(Signal.ROUTER_ENTROPY, 1.5));
    }
    assertEquals(List.of(), feed.found);
    for (int i = 0; i < 40; i++) {
      double fallen = 1.5 * Math.exp(-0.1 * i);
      feed.next(sample -> sample.set(Signal.ROUTER_ENTROPY, fallen));
    }
    assertEquals("W", feed.newest(1), "and stays awake");
  }

  private static Feed course(Detector detector, int samples, IntToDoubleFunction entropy) {
    Feed feed = Feed.of(detector);
    for (int i = 0; i < samples; i++) {
      double value = entropy.applyAsDouble(i) + 0.0005 * Math.sin(i * i);
      feed.next(sample -> sample.set(Signal.ROUTER_ENTROPY, value));
    }
    return feed;
  }
}
