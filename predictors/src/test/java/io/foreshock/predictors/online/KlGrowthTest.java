// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.foreshock.predictors.telemetry.RunConfig;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KlGrowthTest extends DetectorContract {
  @Override
  Detector fresh() {
    return new KlGrowth();
  }

  @Override
  void healthy(Sample sample, int i, double noise) {
    sample.set(Signal.KL, 0.01 * Math.exp(0.3 * noise));
    sample.set(Signal.REWARD_MEAN, 0.5 + 0.05 * noise);
  }

  @Override
  void troubled(Sample sample, int k, double noise) {
    sample.set(Signal.KL, Math.min(10, 0.01 * Math.exp(0.3 * k + 0.3 * noise)));
    sample.set(Signal.REWARD_MEAN, Math.max(0, 0.5 - 0.05 * k));
  }

  @Test
  void itIsWorseWhenTheRewardHasFallen() {
    assertEquals("C", run(1, 0.5, 0).newest(1));
    assertEquals("W", run(0.2, 0.5, 0).newest(1));
    assertEquals("I", run(1, 0.5, 0.5).newest(1));
  }

  @Test
  void aDivergenceThatGrowsWithTheRewardIsNothing() {
    Feed feed = Feed.of(fresh());
    for (int i = 1; i < 1000; i++) {
      double kl = 1e-4 * i;
      double reward = 0.1 + 8e-4 * i;
      feed.next(sample -> sample.set(Signal.KL, kl).set(Signal.REWARD_MEAN, reward));
    }
    assertEquals(List.of(), feed.found);
  }

  @Test
  void singleWildValuesAreNothing() {
    Feed feed = Feed.of(fresh());
    for (int i = 1; i < 1000; i++) {
      double kl = i % 50 < 2 ? 40 : 0.01;
      feed.next(sample -> sample.set(Signal.KL, kl).set(Signal.REWARD_MEAN, 0.5));
    }
    assertEquals(List.of(), feed.found);
  }

  @Test
  void withoutRewardsOnlyARunThatSaysItIsAPolicyIsJudged() {
    Detector policy = fresh();
    policy.configure(new RunConfig(Map.of("objective", "policy")));
    for (Detector detector : new Detector[] {fresh(), policy}) {
      Feed feed = Feed.of(detector);
      for (int i = 1; i < 200; i++) {
        double kl = i < 150 ? 0.01 : 1;
        feed.next(sample -> sample.set(Signal.KL, kl));
      }
      assertEquals(detector == policy ? "W" : ".", feed.newest(1));
    }
  }

  /** A divergence of 0.01 and a reward that move within 30 of 230 steps. */
  private Feed run(double klAfter, double reward, double rewardAfter) {
    Feed feed = Feed.of(fresh());
    for (int i = 0; i < 230; i++) {
      double done = Math.max(0, Math.min(1, (i - 200) / 30.0));
      double wobble = 0.01 * Math.sin(i * i);
      feed.next(
          sample ->
              sample
                  .set(Signal.KL, 0.01 * Math.pow(klAfter / 0.01, done))
                  .set(Signal.REWARD_MEAN, reward + (rewardAfter - reward) * done + wobble));
    }
    for (int i = 0; i < 20; i++) {
      feed.next(sample -> sample.set(Signal.KL, klAfter).set(Signal.REWARD_MEAN, rewardAfter));
    }
    return feed;
  }
}
