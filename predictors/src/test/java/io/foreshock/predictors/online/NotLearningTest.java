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
      sample.set(Signal.LOSS, 7 + 0.1 * noise).set(Signal.GRAD_NORM, 1);
    }
  }

  @Override
  void troubled(Sample sample, int k, double noise) {
    sample.set(Signal.LOSS, 7 + 0.1 * noise).set(Signal.GRAD_NORM, scattered(k));
  }

  /** A gradient norm that scatters by a factor of two, whichever samples are looked at. */
  private static double scattered(long k) {
    return Math.exp(0.8 * Math.sin(k * k));
  }

  /** A run with such a gradient norm. */
  private static Feed scattering(int spacing, Detector detector) {
    return Feed.every(
        spacing,
        detector,
        sample -> sample.set(Signal.GRAD_NORM, scattered(sample.step() / spacing)));
  }

  /** It needs some thousand steps. */
  @Override
  int troubledSamples() {
    return 4000;
  }

  @Test
  void aLossThatStaysNearWhereItBeganIsCritical() {
    Feed feed = scattering(50, fresh()).course(120, 0.1, i -> 6.2 + Math.exp(-i / 5.0));
    int critical = feed.first(Severity.CRITICAL);
    assertTrue(critical > 40 && critical < 100, "critical at sample " + critical);
    assertEquals("C", feed.newest(1), "as long as it lasts");
    String message = feed.found.get(0).message();
    assertTrue(
        message.matches("The run does not learn: loss began at [\\d.]+ and has .*"), message);
  }

  @Test
  void aRunThatLearnsIsSilent() {
    assertEquals(
        List.of(),
        scattering(50, fresh()).course(300, 0.1, i -> 3.2 + 7.6 / Math.sqrt(i + 1)).found);
  }

  @Test
  void aLossThatIsHighButStillFallsIsSilent() {
    assertEquals(List.of(), scattering(50, fresh()).course(128, 0.1, i -> 10 - 0.03 * i).found);
  }

  @Test
  void aPlateauOfSomeHundredStepsIsSilentHoweverManySamplesItHas() {
    Feed feed = scattering(20, fresh()).course(80, 0.1, i -> 7.4);
    assertEquals(List.of(), feed.course(200, 0.1, i -> 3 + 4.4 * Math.exp(-i / 15.0)).found);
  }

  @Test
  void aHighLossWithCalmGradientsIsSilent() {
    Feed feed =
        Feed.every(
            50, fresh(), sample -> sample.set(Signal.GRAD_NORM, 1 + sample.step() % 3 * 0.1));
    assertEquals(List.of(), feed.course(200, 0.1, i -> 7).found);
  }

  @Test
  void withoutAGradientNormItHasNothingToJudgeBy() {
    Detector detector = fresh();
    assertEquals(List.of(), Feed.every(50, detector).course(200, 0.1, i -> 7).found);
    assertEquals(new Judging.NothingToJudgeBy("grad_norm"), detector.judging());
  }

  @Test
  void fineTuningThatBeginsLowIsNotJudged() {
    Detector detector = fresh();
    assertEquals(List.of(), scattering(50, detector).course(200, 0.1, i -> 2.1).found);
    assertTrue(detector.judging() instanceof Judging.NothingToJudgeBy);
  }

  @Test
  void aPolicysLossIsNotJudged() {
    Detector detector = fresh();
    detector.configure(new RunConfig(Map.of("objective", "policy")));
    assertEquals(List.of(), scattering(50, detector).course(200, 0.1, i -> 7).found);
  }

  @Test
  void itIsOverOnceTheRunLearns() {
    Feed feed = scattering(50, fresh()).course(120, 0.1, i -> 7);
    assertEquals("C", feed.newest(1));
    feed.course(20, 0.1, i -> 7 - 0.2 * i);
    assertEquals(".", feed.newest(1));
    assertEquals(".", feed.losses(7).newest(1), "after its beginning nothing new is found");
  }
}
