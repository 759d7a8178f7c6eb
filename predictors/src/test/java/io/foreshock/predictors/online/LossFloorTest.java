// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.List;
import org.junit.jupiter.api.Test;

class LossFloorTest extends DetectorContract {
  @Override
  Detector fresh() {
    return new LossFloor();
  }

  /** Ten lines in a stretch where every step is logged. Sparser lines are not its business. */
  @Override
  long nanosPerStep() {
    return 30_000_000_000L;
  }

  @Override
  void healthy(Sample sample, int i, double noise) {
    sample.set(Signal.LOSS, 3 + Math.exp(-i / 30.0) + 0.01 * noise);
  }

  @Override
  void troubled(Sample sample, int k, double noise) {
    sample.set(Signal.LOSS, 3.3 + 0.01 * noise);
  }

  @Override
  void reportsLastingTroubleAtEverySpacing(int spacing) {
    if (spacing == 1) {
      super.reportsLastingTroubleAtEverySpacing(spacing);
    }
  }

  @Override
  void reportsTroubleOfWhichEveryOtherSampleIsMissing() {
    // half of the lines are too few for a stretch of this test
  }

  @Test
  void aStepOfAFewPercentIsFoundWithinTenMinutes() {
    Feed feed = seconds(fresh()).course(4000, 0.02, i -> 2.5).course(600, 0.02, i -> 2.7);
    assertEquals(0, seconds(fresh()).course(4000, 0.02, i -> 2.5).first(Severity.INFO));
    int found = feed.first(Severity.INFO);
    assertTrue(found > 4000 && found < 4600, "at " + found);
    assertEquals("I", feed.newest(1));
  }

  @Test
  void noiseAloneIsNothing() {
    assertEquals(0, seconds(fresh()).course(20_000, 0.2, i -> 2.5).first(Severity.INFO));
  }

  @Test
  void aGapBeginsAnew() {
    LossFloor detector = new LossFloor();
    seconds(detector).course(4000, 0.02, i -> 2.5);
    Sample late = Sample.ofStep(5000, 9000_000_000_000L);
    detector.update(late.set(Signal.LOSS, 2.7), verdict -> {});
    assertEquals(new Judging.WarmingUp(0, 12), detector.judging());
    assertEquals(List.of(), seconds(detector).losses(2.7).found);
  }

  private static Feed seconds(Detector detector) {
    return Feed.timed(detector, 1_000_000_000L);
  }
}
