// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.predictors.telemetry.RunConfig;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PolicyCollapseTest extends DetectorContract {
  @Override
  Detector fresh() {
    return new PolicyCollapse();
  }

  @Override
  void healthy(Sample sample, int i, double noise) {
    sample.set(Signal.POLICY_ENTROPY, 0.4 * Math.exp(0.1 * noise));
    sample.set(Signal.REWARD_MEAN, 0.5 + 0.05 * noise);
  }

  @Override
  void troubled(Sample sample, int k, double noise) {
    sample.set(Signal.POLICY_ENTROPY, 0.4 * Math.exp(-0.2 * k + 0.1 * noise));
    sample.set(Signal.REWARD_MEAN, Math.max(0, 0.5 - 0.05 * k));
  }

  @Test
  void withAFallenRewardItIsCritical() {
    assertEquals("C", run(0.5, 0, 0.4, 0.01).newest(1));
  }

  @Test
  void withARewardThatHasNotRisenItIsAWarning() {
    assertEquals("W", run(0.1, 0.1, 0.4, 0.01).newest(1));
  }

  @Test
  void entropyThatWasTradedForRewardIsInfo() {
    assertEquals("I", run(0.1, 0.9, 0.4, 0.01).newest(1));
    assertEquals(".", run(0.1, 0.9, 0.4, 0.2).newest(1));
  }

  @Test
  void aPolicyThatTurnsIntoNoiseIsCritical() {
    assertEquals("C", run(0.9, 0, 0.2, 7).newest(1));
    assertEquals("W", run(0.9, 0, 0.2, 0.8).newest(1));
    assertEquals(".", run(0.5, 0.9, 0.2, 0.8).newest(1), "it explores, and earns more");
  }

  @Test
  void withoutRewardsOnlyARunThatSaysItIsAPolicyIsJudged() {
    assertEquals(List.of(), entropies(fresh()).found);
    assertEquals(
        new Judging.NothingToJudgeBy("policy_entropy and reward_mean"),
        entropies(fresh()).detector().judging());
    Detector policy = fresh();
    policy.configure(new RunConfig(Map.of("objective", "policy")));
    assertEquals("W", entropies(policy).newest(1));
  }

  @Test
  void theEntropyOfAContinuousPolicyIsNotJudged() {
    Feed feed = run(0.5, 0, 0.4, -0.5);
    assertEquals(List.of(), feed.found);
    assertTrue(feed.detector().judging() instanceof Judging.NothingToJudgeBy);
  }

  private static Feed entropies(Detector detector) {
    Feed feed = Feed.of(detector);
    for (int i = 0; i < 200; i++) {
      double entropy = i < 100 ? 1 : 0.01;
      feed.next(sample -> sample.set(Signal.POLICY_ENTROPY, entropy));
    }
    return feed;
  }

  /** Reward and entropy move from one value to the other within 50 of 200 steps. */
  private Feed run(double reward, double rewardAfter, double entropy, double entropyAfter) {
    Feed feed = Feed.of(fresh());
    for (int i = 0; i < 200; i++) {
      double done = Math.max(0, Math.min(1, (i - 100) / 50.0));
      double wobble = 0.01 * Math.sin(i * i);
      feed.next(
          sample ->
              sample
                  .set(Signal.REWARD_MEAN, reward + (rewardAfter - reward) * done + wobble)
                  .set(Signal.POLICY_ENTROPY, entropy + (entropyAfter - entropy) * done));
    }
    return feed;
  }
}
