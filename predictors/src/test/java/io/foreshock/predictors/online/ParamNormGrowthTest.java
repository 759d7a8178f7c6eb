// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.function.LongToDoubleFunction;
import org.junit.jupiter.api.Test;

class ParamNormGrowthTest extends DetectorContract {
  @Override
  Detector fresh() {
    return new ParamNormGrowth();
  }

  @Override
  void healthy(Sample sample, int i, double noise) {
    sample.set(Signal.PARAM_NORM, 50 * Math.sqrt(1 + i / 200.0) + 0.01 * noise);
  }

  @Override
  void troubled(Sample sample, int k, double noise) {
    sample.set(Signal.PARAM_NORM, 71 * Math.exp(0.08 * (k + 1)) + 0.01 * noise);
  }

  @Test
  void healthyCoursesAreNothing() {
    assertEquals(0, first(t -> 10 * Math.sqrt(t)));
    assertEquals(0, first(t -> 40 + 0.02 * t), "updates that agree");
    assertEquals(0, first(t -> 40 + 1e-5 * t * t), "agreeing updates in a warm-up");
    assertEquals(0, first(t -> 40 * Math.sqrt(1 + 1e-10 * t * t * t)), "a warm-up");
    assertEquals(0, first(t -> 40 + 30 * (1 - Math.exp(-t / 1e3))), "weight decay");
    assertEquals(0, first(t -> 40), "nothing is trained");
  }

  @Test
  void exponentialGrowthIsFoundBeforeTheNormHasDoubled() {
    int found = first(t -> 40 * Math.exp(Math.max(0, t - 2000) / 1000.0));
    assertTrue(found > 2000 && found < 2500, "at " + found);
  }

  @Test
  void aLearningRateThatRoseExplainsIt() {
    Feed feed = Feed.of(fresh());
    for (int t = 1; t <= 3000; t++) {
      double norm = t < 2000 ? 40 : 40 + 0.05 * (t - 2000);
      double rate = t < 2000 ? 1e-4 : 1e-3;
      feed.next(sample -> sample.set(Signal.PARAM_NORM, norm).set(Signal.LEARNING_RATE, rate));
    }
    assertEquals(0, feed.first(Severity.INFO));
  }

  private int first(LongToDoubleFunction norm) {
    Feed feed = Feed.of(fresh());
    for (long t = 1; t <= 5000; t++) {
      double value = norm.applyAsDouble(t);
      feed.next(sample -> sample.set(Signal.PARAM_NORM, value));
    }
    return feed.first(Severity.INFO);
  }
}
