// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.List;
import org.junit.jupiter.api.Test;

class GradientSpikeTest extends DetectorContract {
  @Override
  Detector fresh() {
    return new GradientSpike();
  }

  @Override
  void healthy(Sample sample, int i, double noise) {
    sample.set(Signal.GRAD_NORM, 0.5 * Math.exp(0.2 * noise));
  }

  @Override
  void troubled(Sample sample, int k, double noise) {
    sample.set(Signal.GRAD_NORM, 8 * Math.exp(0.2 * noise));
  }

  @Test
  void oneLargeNormIsInfoHoweverLarge() {
    assertEquals("I.", steady().norms(200, 0.5).newest(2));
  }

  @Test
  void aRowOfLargeNormsIsAWarning() {
    assertEquals("IWWW", steady().norms(8, 8, 8, 8).newest(4));
  }

  @Test
  void aSmallerRiseIsAWarningWhenItLasts() {
    Feed feed = steady();
    for (int i = 0; i < 30; i++) {
      feed.norms(2.5);
    }
    assertEquals("I", feed.newest(30).substring(0, 1));
    assertEquals("W", feed.newest(1));
    assertFalse(feed.anyCritical());
  }

  @Test
  void aRowThatGrowsToAHundredfoldIsCritical() {
    assertEquals("IC", steady().norms(30, 300).newest(2));
  }

  private Feed steady() {
    Feed feed = Feed.of(fresh());
    for (int i = 0; i < 100; i++) {
      feed.norms(i % 2 == 0 ? 0.45 : 0.55);
    }
    return feed;
  }

  @Test
  void zeroGradientsAreSkipped() {
    List<Sample> samples = stream(1).subList(0, HEALTHY);
    samples.get(50).set(Signal.GRAD_NORM, 0);
    assertEquals(List.of(), feed(fresh(), samples));
  }
}
