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

class LossDivergenceTest extends DetectorContract {
  private static final int LEARNED = 300;

  @Override
  Detector fresh() {
    return new LossDivergence();
  }

  @Override
  void healthy(Sample sample, int i, double noise) {
    sample.set(Signal.LOSS, 2 + 2 * Math.exp(-i / 60.0) + 0.03 * noise);
  }

  @Override
  void troubled(Sample sample, int k, double noise) {
    sample.set(Signal.LOSS, 2.1 + 0.06 * k + 0.03 * noise);
  }

  @Test
  void aSlowRiseIsAWarningFirstAndCriticalBeforeAThirdIsLost() {
    Feed feed = learned().course(700, 0.03, i -> 2 + 0.001 * i);
    int warning = feed.first(Severity.WARNING) - LEARNED;
    int critical = feed.first(Severity.CRITICAL) - LEARNED;
    assertTrue(warning > 200, "a warning at less than a tenth, sample " + warning);
    assertTrue(critical > warning && critical < 660, "critical at sample " + critical);
  }

  @Test
  void aRisenLearningRateIsToldAsTheLikelyCause() {
    Feed feed = Feed.of(fresh());
    Random random = new Random(3);
    for (int i = 0; i < 400; i++) {
      double loss = 2 + 2 * Math.exp(-i / 40.0) + 0.005 * Math.max(0, i - 200);
      double rate = 1e-3 * Math.exp(i / 40.0);
      feed.next(
          sample ->
              sample
                  .set(Signal.LOSS, loss + 0.03 * random.nextGaussian())
                  .set(Signal.LEARNING_RATE, rate));
    }
    Verdict last = feed.found.get(feed.found.size() - 1);
    assertTrue(last.evidence().containsKey("learning_rate_factor"), last::toString);
  }

  @Test
  void otherDataWhoseLossIsTenPercentHigherAreNoDivergence() {
    assertEquals(List.of(), learned().course(300, 0.03, i -> 2.2).found);
  }

  @Test
  void aRestartThatCostsAnEighthOfTheLossIsNeverCritical() {
    assertFalse(learned().course(300, 0.03, i -> 2 + 0.24 * Math.exp(-i / 100.0)).anyCritical());
  }

  @Test
  void aLossThatStaysAQuarterHigherIsCritical() {
    assertTrue(learned().course(100, 0.03, i -> 2.5).anyCritical());
  }

  @Test
  void aRiseAsHighAsOneThatWentAwayIsNothingNew() {
    Feed feed = learned().course(60, 0.03, i -> 2.6).course(200, 0.03, i -> 2);
    assertTrue(feed.anyCritical());
    int before = feed.found.size();
    assertEquals(before, feed.course(60, 0.03, i -> 2.6).found.size());
    assertTrue(feed.course(100, 0.03, i -> 4).newest(1).equals("C"), "a higher one is");
  }

  @Test
  void fineTuningWhoseLossHasHardlyFallenMayWander() {
    Feed feed = Feed.of(fresh()).course(100, 0.05, i -> 2 - 0.001 * i);
    assertEquals(List.of(), feed.course(200, 0.05, i -> 2.5).found);
    assertTrue(feed.course(100, 0.05, i -> 4).anyCritical(), "but not to twice where it began");
  }

  @Test
  void aLossThatLearnedItsDataByHeartMayDriftByFactors() {
    Feed feed = Feed.of(fresh()).course(300, 0.002, i -> 0.03 + 4.4 * Math.exp(-i / 20.0));
    assertEquals(List.of(), feed.course(200, 0.002, i -> 0.3).found);
    assertTrue(feed.course(100, 0.002, i -> 4).anyCritical(), "but not forget everything");
  }

  @Test
  void aLossThatWasBelowZeroIsNotJudged() {
    Feed feed = Feed.of(fresh()).losses(-0.01).course(200, 0.03, i -> 0.2);
    assertEquals(List.of(), feed.course(200, 0.03, i -> 2).found);
  }

  @Test
  void aPolicysLossIsNotJudged() {
    Detector detector = fresh();
    detector.configure(new RunConfig(Map.of("objective", "policy")));
    Feed feed = Feed.of(detector).course(200, 0.01, i -> 0.2 + Math.exp(-i / 20.0));
    assertEquals(List.of(), feed.course(200, 0.01, i -> 2).found);
    assertTrue(detector.judging() instanceof Judging.NothingToJudgeBy);
  }

  /** A loss that has fallen from 4 to 2 nats. */
  private Feed learned() {
    return Feed.of(fresh()).course(LEARNED, 0.03, i -> 2 + 2 * Math.exp(-i / 40.0));
  }
}
