// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.List;
import org.junit.jupiter.api.Test;

class DroppedTokensTest extends DetectorContract {
  @Override
  Detector fresh() {
    return new DroppedTokens();
  }

  @Override
  void healthy(Sample sample, int i, double noise) {
    sample.set(Signal.DROPPED_TOKEN_SHARE, 0.02 * Math.exp(0.1 * noise));
  }

  @Override
  void troubled(Sample sample, int k, double noise) {
    sample.set(Signal.DROPPED_TOKEN_SHARE, Math.min(0.4, 0.02 * Math.exp(0.3 * k + 0.1 * noise)));
  }

  @Test
  void manyTokensAreAWarningAndSomeMoreAreNone() {
    assertEquals("W", shares(0.01, 0.3).newest(1));
    assertEquals("I", shares(0.03, 0.12).newest(1));
    assertEquals(".", shares(0.03, 0.05).newest(1), "below what anyone announces");
  }

  @Test
  void aRunWithASmallCapacityDropsATenthForGood() {
    assertEquals(List.of(), shares(0.11, 0.13).found);
  }

  @Test
  void whatIsDroppedBeforeTheLoadSettlesIsNothing() {
    Feed feed = Feed.of(fresh());
    for (int i = 0; i < 1000; i++) {
      double share = 0.01 + 0.4 * Math.exp(-i / 150.0);
      feed.next(sample -> sample.set(Signal.DROPPED_TOKEN_SHARE, share));
    }
    assertEquals(List.of(), feed.found);
  }

  @Test
  void aRunThatNeverSettlesIsAWarning() {
    Feed feed = shares(0.7, 0.7);
    assertEquals("W", feed.newest(1));
    String message = feed.found.get(0).message();
    assertTrue(message.startsWith("Experts drop 70.0 % of the tokens. Compare"), message);
  }

  private Feed shares(double before, double after) {
    Feed feed = Feed.of(fresh());
    for (int i = 0; i < 800; i++) {
      double share = i < 700 ? before : after;
      feed.next(sample -> sample.set(Signal.DROPPED_TOKEN_SHARE, share));
    }
    return feed;
  }
}
