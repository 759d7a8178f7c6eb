// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.predictors.telemetry.RunConfig;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LossSpikeTest extends DetectorContract {
  @Override
  Detector fresh() {
    return new LossSpike();
  }

  @Override
  void healthy(Sample sample, int i, double noise) {
    sample.set(Signal.LOSS, 2 + 2 * Math.exp(-i / 60.0) + 0.03 * noise);
  }

  @Override
  void troubled(Sample sample, int k, double noise) {
    sample.set(Signal.LOSS, 3 + 0.03 * noise);
  }

  @ParameterizedTest
  @ValueSource(doubles = {3, 9, 400})
  void twoBadBatchesInARowAreNeverCritical(double loss) {
    Feed feed = learned(1).losses(loss, loss).course(50, 0.03, i -> 2);
    assertFalse(feed.anyCritical());
    assertEquals("IW.", feed.newest(52).substring(0, 3));
  }

  @Test
  void twoBadBatchesAreNotCriticalWhenTheyComeAgainAndAgain() {
    Feed feed = learned(1);
    for (int again = 0; again < 5; again++) {
      feed.losses(9, 7).course(20, 0.03, i -> 2);
    }
    assertFalse(feed.anyCritical());
  }

  @Test
  void aJumpThatStaysIsCriticalAtItsThirdSample() {
    assertEquals("IWCCCC", learned(1).losses(3, 3, 3, 3, 3, 3).newest(6));
  }

  @Test
  void aLossThatExplodesIsCriticalAtItsSecondSample() {
    assertEquals("IC", learned(1).losses(6, 50).newest(2));
  }

  @Test
  void inASparseLogAJumpThatStaysIsCriticalAtItsSecondSample() {
    assertEquals("WC", learned(100).losses(9, 9).newest(2));
  }

  @Test
  void aJumpStaysCriticalUntilTheLossIsBack() {
    Feed feed = learned(1).losses(9, 9, 9, 2.6, 2.6);
    assertEquals("CCC", feed.newest(3));
    assertEquals(".", feed.losses(2).newest(1));
    assertEquals("I", feed.losses(2.6).newest(1), "counted anew");
  }

  @Test
  void otherDataWhoseLossIsTenPercentHigherAreNeverCritical() {
    assertFalse(learned(1).course(60, 0.02, i -> 2.2).anyCritical());
    assertFalse(learned(10).course(60, 0.02, i -> 2.2).anyCritical());
  }

  @Test
  void aLossThatRisesAfterARestartOfTheLearningRateIsNoJump() {
    Feed feed = Feed.of(fresh());
    Random random = new Random(2);
    for (int i = 0; i < 400; i++) {
      boolean restarted = i >= 300;
      double loss = 2 + (restarted ? 0.4 : 0) + 0.02 * random.nextGaussian();
      double rate = restarted ? 1e-3 : 1e-4;
      feed.next(s -> s.set(Signal.LOSS, loss).set(Signal.LEARNING_RATE, rate));
    }
    assertEquals("..........", feed.newest(100).substring(0, 10));
    assertEquals("I", learned(1).losses(2.4).newest(1), "with a steady learning rate it is");
  }

  @Test
  void aLossThatExplodesAfterARestartOfTheLearningRateIsCritical() {
    Feed feed = Feed.of(fresh());
    for (int i = 0; i < 300; i++) {
      feed.next(s -> s.set(Signal.LOSS, 2).set(Signal.LEARNING_RATE, 1e-4));
    }
    for (double loss : new double[] {6, 50, 90}) {
      feed.next(s -> s.set(Signal.LOSS, loss).set(Signal.LEARNING_RATE, 1e-3));
    }
    assertTrue(feed.anyCritical());
  }

  @Test
  void aRestartThatCostsAnEighthOfTheLossIsNeverCritical() {
    Feed feed = Feed.of(fresh());
    for (int i = 0; i < 500; i++) {
      double loss = i < 300 ? 2 : 2.24;
      double rate = i < 300 ? 1e-4 : 1e-3;
      feed.next(s -> s.set(Signal.LOSS, loss).set(Signal.LEARNING_RATE, rate));
    }
    assertFalse(feed.anyCritical());
  }

  @Test
  void aJumpOfALossThatLearnedItsDataByHeartIsNotCritical() {
    assertFalse(byHeart().losses(0.6, 0.6, 0.6, 0.5, 0.3, 0.1).anyCritical());
  }

  @Test
  void itIsCriticalWhenWhatWasLearnedIsLost() {
    assertTrue(byHeart().losses(4, 4, 4).anyCritical());
  }

  @ParameterizedTest
  @ValueSource(strings = {"policy", "adversarial"})
  void lossesAroundZeroAreSilentWhateverTheObjectiveIsCalled(String objective) {
    for (Map<String, Object> config :
        List.of(Map.<String, Object>of("objective", objective), Map.<String, Object>of())) {
      Detector detector = fresh();
      detector.configure(new RunConfig(config));
      Feed feed = Feed.of(detector).losses(-0.01).course(500, 0.03, i -> 0);
      assertEquals(List.of(), feed.found);
    }
  }

  @Test
  void aLossAroundZeroThatExplodesIsCriticalAtItsThirdSample() {
    Feed feed = Feed.of(fresh()).losses(-0.01).course(200, 0.03, i -> 0);
    assertEquals("IWC", feed.losses(40, 50, 60).newest(3));
  }

  @Test
  void aLossAroundZeroThatScattersMoreIsInfo() {
    Feed feed = Feed.of(fresh()).losses(-0.01).course(200, 0.03, i -> 0);
    assertEquals("IIIII", feed.losses(0.4, 0.4, 0.4, 0.4, 0.4).newest(5));
  }

  @Test
  void aPolicysLossIsNotJudgedByFactorsAtFirst() {
    assertEquals("C", Feed.of(fresh()).losses(1.2, 1.1, 9, 60).newest(1));
    Detector detector = fresh();
    detector.configure(new RunConfig(Map.of("objective", "policy")));
    assertEquals("....", Feed.of(detector).losses(1.2, 1.1, 9, 60).newest(4));
  }

  @Test
  void aLossThatExplodesIsCriticalInALogOfFourRows() {
    Feed feed = Feed.every(10, fresh()).losses(2.1, 2.0, 9.5, 60);
    assertEquals("..WC", feed.newest(4));
  }

  @Test
  void aHundredfoldLossTwiceAfterThirteenRowsIsCritical() {
    Feed feed = Feed.every(10, fresh()).course(13, 0.05, i -> 3 - 0.05 * i);
    assertEquals("WC", feed.losses(240, 240).newest(2));
  }

  @Test
  void oneOddBatchAmongTheFirstIsAWarningAtMost() {
    Feed feed = Feed.of(fresh()).losses(4, 3.9, 40, 3.8, 3.7, 3.7, 3.6, 3.6, 3.5, 3.5);
    assertEquals("..W.......", feed.newest(10));
  }

  @Test
  void aLossThatStaysHighFromTheFirstSamplesOnIsReported() {
    assertEquals("...W", Feed.of(fresh()).losses(4, 4, 5.3, 5.3, 5.3, 5.3).newest(4));
    assertEquals("...C", Feed.of(fresh()).losses(4, 4, 6.6, 6.6, 6.6, 6.6).newest(4));
  }

  @Test
  void smallOrSignedLossesAreNotJudgedByFactorsAtFirst() {
    assertEquals("....", Feed.of(fresh()).losses(0.1, 0.1, 0.9, 0.9).newest(4));
    assertEquals("....", Feed.of(fresh()).losses(-0.1, 0.1, 9, 60).newest(4));
  }

  @Test
  void continuesAfterSaveAndRestoreInTheMiddleOfTrouble() {
    for (Feed feed :
        List.of(learned(1).losses(3, 3), Feed.of(fresh()).losses(4, 4, 6.6, 6.6, 6.6))) {
      Detector restored = fresh();
      restore(restored, save(feed.detector()));
      assertEquals("C", feed.losses(6.6).newest(1));
      assertEquals("C", feed.continuedBy(restored).losses(6.6).newest(1));
    }
  }

  /** A loss that has fallen from 4 to 2 nats. */
  private Feed learned(int spacing) {
    return Feed.every(spacing, fresh()).course(300, 0.03, i -> 2 + 2 * Math.exp(-i / 40.0));
  }

  /** A loss that has fallen from 4.4 to 0.05 nats. */
  private Feed byHeart() {
    return Feed.of(fresh()).course(300, 0.01, i -> 0.05 + 4.35 * Math.exp(-i / 30.0));
  }
}
