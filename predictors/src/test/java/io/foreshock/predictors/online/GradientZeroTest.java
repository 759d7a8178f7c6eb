// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.foreshock.predictors.telemetry.RunConfig;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GradientZeroTest extends DetectorContract {
  @Override
  Detector fresh() {
    return new GradientZero();
  }

  @Override
  void healthy(Sample sample, int i, double noise) {
    sample.set(Signal.GRAD_NORM, 0.5 * Math.exp(0.2 * noise));
  }

  @Override
  void troubled(Sample sample, int k, double noise) {
    sample.set(Signal.GRAD_NORM, 0);
  }

  @Test
  void exactlyZeroTwiceInARowIsAWarningFromTheFirstLineOn() {
    assertEquals(".WWW", Feed.of(fresh()).norms(0, 0, 0, 0).newest(4));
  }

  @Test
  void zeroNowAndThenIsNothing() {
    assertEquals("......", Feed.of(fresh()).norms(0, 0.4, 0, 0.3, 1e-9, 1e-9).newest(6));
  }

  @Test
  void whereRewardsAreSentGroupsWithoutSpreadMayBeTheCause() {
    Detector detector = fresh();
    feed(detector, List.of(Sample.ofStep(1, 1).set(Signal.REWARD_MEAN, 0.5)));
    assertEquals(".II", Feed.of(detector).norms(0, 0, 0).newest(3));
    feed(detector, List.of(Sample.ofStep(9, 9).set(Signal.ZERO_STD_SHARE, 0.3)));
    assertEquals("I", Feed.of(detector).norms(0).newest(1));
    feed(detector, List.of(Sample.ofStep(20, 20).set(Signal.ZERO_STD_SHARE, 0.2)));
    assertEquals("W", Feed.of(detector).norms(0).newest(1));
  }

  @Test
  void soTheyMayWhereAPolicyIsAnnounced() {
    Detector detector = fresh();
    detector.configure(new RunConfig(Map.of("objective", "policy")));
    assertEquals("..II", Feed.of(detector).norms(1, 0, 0, 0).newest(4));
  }

  @Test
  void aLineWithoutANormIsNoZero() {
    Feed feed = Feed.of(fresh()).norms(0).losses(2, 2, 2);
    assertEquals("...", feed.newest(3));
    assertEquals("W", feed.norms(0).newest(1));
  }
}
