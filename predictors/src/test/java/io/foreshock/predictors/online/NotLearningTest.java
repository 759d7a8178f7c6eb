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

class NotLearningTest extends DetectorContract {
  @Override
  Detector fresh() {
    return new NotLearning();
  }

  /** It judges the beginning of a run only: the healthy run has hardly begun. */
  @Override
  void healthy(Sample sample, int i, double noise) {
    if (i >= HEALTHY - 20) {
      sample.set(Signal.LOSS, 7 + 0.1 * noise);
    }
  }

  @Override
  void troubled(Sample sample, int k, double noise) {
    sample.set(Signal.LOSS, 7 + 0.1 * noise);
  }

  /** It needs some thousand steps. */
  @Override
  int troubledSamples() {
    return 4000;
  }

  @Test
  void aLossThatStaysNearWhereItBeganIsCritical() {
    Feed feed = Feed.every(50, fresh()).course(120, 0.1, i -> 6.2 + Math.exp(-i / 5.0));
    int critical = feed.first(Severity.CRITICAL);
    assertTrue(critical > 40 && critical < 100, "critical at sample " + critical);
    assertEquals("C", feed.newest(1), "as long as it lasts");
  }

  @Test
  void aRunThatLearnsIsSilent() {
    assertEquals(
        List.of(),
        Feed.every(50, fresh()).course(300, 0.1, i -> 3.2 + 7.6 / Math.sqrt(i + 1)).found);
  }

  @Test
  void aLossThatIsHighButStillFallsIsSilent() {
    assertEquals(List.of(), Feed.every(50, fresh()).course(128, 0.1, i -> 10 - 0.03 * i).found);
  }

  @Test
  void aPlateauOfSomeHundredStepsIsSilentHoweverManySamplesItHas() {
    Feed feed = Feed.every(20, fresh()).course(80, 0.1, i -> 7.4);
    assertEquals(List.of(), feed.course(200, 0.1, i -> 3 + 4.4 * Math.exp(-i / 15.0)).found);
  }

  @Test
  void fineTuningThatBeginsLowIsNotJudged() {
    Detector detector = fresh();
    assertEquals(List.of(), Feed.every(50, detector).course(200, 0.1, i -> 2.1).found);
    assertTrue(detector.judging() instanceof Judging.NothingToJudgeBy);
  }

  @Test
  void aPolicysLossIsNotJudged() {
    Detector detector = fresh();
    detector.configure(new RunConfig(Map.of("objective", "policy")));
    assertEquals(List.of(), Feed.every(50, detector).course(200, 0.1, i -> 7).found);
  }

  @Test
  void itIsOverOnceTheRunLearns() {
    Feed feed = Feed.every(50, fresh()).course(120, 0.1, i -> 7);
    assertEquals("C", feed.newest(1));
    feed.course(20, 0.1, i -> 7 - 0.2 * i);
    assertEquals(".", feed.newest(1));
    assertEquals(".", feed.losses(7).newest(1), "after its beginning nothing new is found");
  }
}
