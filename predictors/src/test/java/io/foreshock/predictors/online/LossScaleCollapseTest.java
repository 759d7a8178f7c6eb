// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import org.junit.jupiter.api.Test;

class LossScaleCollapseTest extends DetectorContract {
  @Override
  Detector fresh() {
    return new LossScaleCollapse();
  }

  @Override
  void healthy(Sample sample, int i, double noise) {
    sample.set(Signal.LOSS_SCALE, i < 12 ? Math.pow(2, 28 - i) : noise > 1 ? 32768 : 65536);
  }

  @Override
  void troubled(Sample sample, int k, double noise) {
    sample.set(Signal.LOSS_SCALE, Math.max(1, Math.pow(2, 14 - k)));
  }

  @Test
  void sixHalvingsBelowItsLevelAreAWarning() {
    Feed feed = scales(Feed.of(fresh()), 300, 65536);
    for (int octave = 15; octave >= 8; octave--) {
      scales(feed, 1, Math.pow(2, octave));
    }
    assertEquals(".....WWW", feed.newest(8));
  }

  @Test
  void oneOrLessTwiceIsCritical() {
    Feed feed = scales(Feed.of(fresh()), 300, 65536);
    assertEquals("WCC", scales(feed, 3, 1).newest(3));
  }

  @Test
  void aScaleThatFallsToItsFloorFromTheStartIsCritical() {
    Feed feed = Feed.of(fresh());
    for (int octave = 16; octave >= -3; octave--) {
      scales(feed, 1, Math.pow(2, octave));
    }
    assertEquals("WCCC", feed.newest(4));
  }

  @Test
  void halvingsFarApartAreFoundToo() {
    Feed feed = scales(Feed.every(10, fresh()), 100, 65536);
    for (int octave = 15; octave >= 2; octave--) {
      scales(feed, 20, Math.pow(2, octave));
    }
    assertEquals("W", feed.newest(1));
  }

  @Test
  void aScaleOfOneThatNeverChangesIsNoScale() {
    assertEquals("...", scales(Feed.of(fresh()), 1000, 1).newest(3));
  }

  @Test
  void theFirstFallFromAScaleThatBeganTooHighIsHealthy() {
    Feed feed = Feed.of(fresh());
    for (int octave = 32; octave >= 10; octave--) {
      scales(feed, 1, Math.pow(2, octave));
    }
    scales(feed, 2000, 1024);
    assertEquals(0, feed.first(Severity.INFO));
  }

  private static Feed scales(Feed feed, int samples, double scale) {
    for (int i = 0; i < samples; i++) {
      feed.next(sample -> sample.set(Signal.LOSS_SCALE, scale));
    }
    return feed;
  }
}
