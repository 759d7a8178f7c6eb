// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.List;
import org.junit.jupiter.api.Test;

class NoRewardSpreadTest extends DetectorContract {
  @Override
  Detector fresh() {
    return new NoRewardSpread();
  }

  @Override
  void healthy(Sample sample, int i, double noise) {
    sample.set(Signal.ZERO_STD_SHARE, Math.max(0, Math.min(1, 0.4 + 0.15 * noise)));
    sample.set(Signal.REWARD_MEAN, 0.5 + 0.05 * noise);
  }

  @Override
  void troubled(Sample sample, int k, double noise) {
    sample.set(Signal.ZERO_STD_SHARE, 1).set(Signal.REWARD_MEAN, 0);
  }

  @Test
  void aConstantRewardIsAWarning() {
    assertEquals("W", run(0.3, 0.3).newest(1));
  }

  @Test
  void aSolvedTaskIsInfo() {
    Feed feed = run(0.3, 1);
    assertEquals("I", feed.newest(1));
    assertTrue(feed.found.get(0).message().contains("may be solved"));
  }

  @Test
  void aLostRewardIsAWarning() {
    Feed feed = run(0.7, 0);
    assertEquals("W", feed.newest(1));
    assertTrue(feed.found.get(0).message().contains("has fallen"));
  }

  @Test
  void hardTasksWhereMostGroupsFailAreNothing() {
    Feed feed = Feed.of(fresh());
    for (int i = 0; i < 500; i++) {
      double share = 0.85 + 0.1 * Math.sin(i * i);
      feed.next(sample -> sample.set(Signal.ZERO_STD_SHARE, share).set(Signal.REWARD_MEAN, 0.02));
    }
    assertEquals(List.of(), feed.found);
  }

  private Feed run(double before, double after) {
    Feed feed = Feed.of(fresh());
    for (int i = 0; i < 150; i++) {
      double done = Math.max(0, Math.min(1, (i - 50) / 50.0));
      double reward = before + (after - before) * done;
      feed.next(sample -> sample.set(Signal.ZERO_STD_SHARE, done).set(Signal.REWARD_MEAN, reward));
    }
    return feed;
  }
}
