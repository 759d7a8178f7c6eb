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

class LossZeroTest extends DetectorContract {
  @Override
  Detector fresh() {
    return new LossZero();
  }

  @Override
  void healthy(Sample sample, int i, double noise) {
    sample.set(Signal.LOSS, 2 + 2 * Math.exp(-i / 60.0) + 0.03 * noise);
  }

  @Override
  void troubled(Sample sample, int k, double noise) {
    sample.set(Signal.LOSS, 0);
  }

  @Test
  void exactlyZeroRightAfterALossOfSomeNatsIsCriticalAtOnce() {
    assertEquals(".CC", Feed.of(fresh()).losses(2.7, 0, 0).newest(3));
  }

  @Test
  void afterASmallLossOneZeroMayBeABatchWithoutLabels() {
    assertEquals(".WCC", Feed.of(fresh()).losses(0.2, 0, 0, 0).newest(4));
    assertEquals(".W.W", Feed.of(fresh()).losses(0.2, 0, 0.2, 0).newest(4));
  }

  @Test
  void aLossThatWasNearZeroIsRoundedToIt() {
    assertEquals(List.of(), Feed.of(fresh()).losses(3, 0.2, 0.001, 0, 0, 0, 0.1, 0, 0).found);
  }

  @Test
  void aLossThatWasBelowZeroIsNoCrossEntropy() {
    assertEquals(List.of(), Feed.of(fresh()).losses(0.9, -0.1, 0.8, 0, 0, 0).found);
  }

  @Test
  void aRunThatBeginsWithZeroIsNotJudged() {
    assertEquals(List.of(), Feed.of(fresh()).losses(0, 0, 0, 0.6, 0, 0).found);
  }

  @Test
  void aPolicysLossMayBeZero() {
    Detector detector = fresh();
    detector.configure(new RunConfig(Map.of("objective", "policy")));
    assertEquals(List.of(), Feed.of(detector).losses(1.2, 0, 0, 0).found);
    assertTrue(detector.judging() instanceof Judging.NothingToJudgeBy);
  }
}
