// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

class RouterBiasGrowthTest extends DetectorContract {
  @Override
  Detector fresh() {
    return new RouterBiasGrowth();
  }

  @Override
  void healthy(Sample sample, int i, double noise) {
    sample.set(Signal.ROUTER_BIAS_RANGE, 0.3 + 0.003 * noise);
  }

  @Override
  void troubled(Sample sample, int k, double noise) {
    sample.set(Signal.ROUTER_BIAS_RANGE, 0.3 * (1 + 0.1 * k) + 0.003 * noise);
  }

  @Test
  void aBiasThatSettlesIsNothing() {
    assertEquals(List.of(), course(9000, i -> 0.5 * (1 - Math.exp(-i / 400.0))).found);
  }

  @Test
  void aBiasThatGrowsAsInTheBeginningForThousandsOfStepsIsInfo() {
    Feed feed = course(4400, i -> 1e-3 * i);
    assertEquals("I", feed.newest(1));
    assertEquals(4000, feed.first(Severity.INFO), 20);
  }

  @Test
  void aBiasThatGrowsEverMoreSlowlyIsNothing() {
    assertEquals(List.of(), course(20_000, i -> 0.01 * Math.sqrt(i)).found);
  }

  private Feed course(int samples, IntToDoubleFunction range) {
    Feed feed = Feed.of(fresh());
    for (int i = 0; i < samples; i++) {
      double value = range.applyAsDouble(i);
      feed.next(sample -> sample.set(Signal.ROUTER_BIAS_RANGE, value));
    }
    return feed;
  }
}
