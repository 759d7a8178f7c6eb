// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.forecast;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.predictors.stats.State;
import io.foreshock.predictors.telemetry.RunConfig;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LossMeasureTest {
  private final LossMeasure measure = new LossMeasure();

  @Test
  void everyRiseMattersBeforeTheFirstLoss() {
    assertEquals(0, measure.leastRise(0.01));
  }

  @Test
  void anOddFirstBatchIsNotTheBeginning() {
    begin(90, 4, 4.2, 3.9, 4.1);
    assertEquals(0, measure.leastRise(1.2), "0.3 of 4.1, but not of 90");
  }

  @Test
  void nearZeroARiseMattersOnlyWhenItLosesWhatWasLearned() {
    begin(4, 4, 4, 4, 4);
    for (double level : new double[] {0.001, 0.05, 0.3}) {
      double end = level + measure.leastRise(level);
      assertTrue(end > 1 && end < 2, "from " + level + " to " + end);
    }
  }

  @Test
  void aLossOfMoreThanAFewTenthsIsNotNearZeroHoweverHighTheBeginning() {
    begin(40, 40, 40, 40, 40);
    assertEquals(0, measure.leastRise(2));
  }

  @Test
  void whereTheLossHasNotFallenASlowRiseMustEndFarAboveTheBeginning() {
    begin(2, 2, 2, 2, 2);
    assertTrue(1.9 + measure.leastSlowRise(1.9) > 2.5);
    assertEquals(0, measure.leastSlowRise(1.2), "it has fallen");
  }

  @Test
  void laterLossesDoNotChangeTheBeginning() {
    begin(4, 4, 4, 4, 4);
    double least = measure.leastRise(0.05);
    begin(0.05, 0.05, 0.05, 0.05, 0.05, 0.05);
    assertEquals(least, measure.leastRise(0.05));
  }

  @Test
  void continuesAfterSaveAndRestore() {
    begin(4, 3, 5);
    LossMeasure restored = new LossMeasure();
    restored.exchange(State.restoring(saved(measure)));
    assertEquals(measure.leastRise(0.05), restored.leastRise(0.05));
    measure.add(1);
    restored.add(1);
    assertArrayEquals(saved(measure), saved(restored));
  }

  @Test
  void aLossBelowZeroHasNoShares() {
    begin(0.3, 0.2);
    assertTrue(measure.isComparable());
    begin(-0.001);
    assertFalse(measure.isComparable());
    begin(0.3, 0.3, 0.3, 0.3);
    assertFalse(measure.isComparable(), "once and for all");
  }

  @Test
  void aLossThatBeginsAtZeroHasNoShares() {
    begin(0, 0, 0.1);
    assertFalse(measure.isComparable());
  }

  @Test
  void policiesAndAdversariesHaveNoSharesWhateverTheirLossIs() {
    for (String objective : new String[] {"policy", "adversarial", "ADVERSARIAL"}) {
      measure.configure(new RunConfig(Map.of("objective", objective)));
      assertFalse(measure.isComparable(), objective);
    }
    for (String objective : new String[] {"cross_entropy", "diffusion", "a new one"}) {
      measure.configure(new RunConfig(Map.of("objective", objective)));
      assertTrue(measure.isComparable(), objective);
    }
  }

  private void begin(double... losses) {
    for (double loss : losses) {
      measure.add(loss);
    }
  }

  private static byte[] saved(LossMeasure of) {
    State.InMemory state = State.saving(64);
    of.exchange(state);
    return state.toByteArray();
  }
}
