// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UpdateClippingTest extends DetectorContract {
  @Override
  Detector fresh() {
    return new UpdateClipping();
  }

  @Override
  void healthy(Sample sample, int i, double noise) {
    sample.set(Signal.UPDATE_CLIP_SHARE, 0.004 * Math.exp(0.2 * noise));
  }

  @Override
  void troubled(Sample sample, int k, double noise) {
    sample.set(Signal.UPDATE_CLIP_SHARE, Math.min(0.6, 0.004 * Math.exp(0.3 * k + 0.1 * noise)));
  }

  @Test
  void fourTimesAsManyAreInformationAndHalfOfAllIsAWarning() {
    assertEquals("I", shares(0.004, 0.05).newest(1));
    assertEquals("W", shares(0.004, 0.7).newest(1));
    assertEquals(".", shares(0.004, 0.012).newest(1));
    assertEquals(
        "The optimizer clips 2.94 % of the elements, and clipped 0.431 % before. Look at the gradient"
            + " norm and the learning rate.",
        shares(0.004, 0.05).found.get(0).message());
  }

  @Test
  void aRunThatClipsMuchFromTheBeginningIsLeftAlone() {
    assertEquals(List.of(), shares(0.6, 0.65).found);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.3, 0.6, 1})
  void noiseIsNothing(double spread) {
    Random random = new Random(5);
    Feed feed = Feed.of(fresh());
    for (int i = 0; i < 100_000; i++) {
      double share = Math.min(1, 0.02 * Math.exp(spread * random.nextGaussian()));
      feed.next(sample -> sample.set(Signal.UPDATE_CLIP_SHARE, share));
    }
    assertEquals(List.of(), feed.found);
  }

  private Feed shares(double before, double after) {
    Feed feed = Feed.of(fresh());
    for (int i = 0; i < 460; i++) {
      double share = i < 400 ? before : after;
      feed.next(sample -> sample.set(Signal.UPDATE_CLIP_SHARE, share));
    }
    return feed;
  }
}
