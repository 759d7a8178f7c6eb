// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.forecast;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.predictors.stats.State;
import org.junit.jupiter.api.Test;

class FirstLossesTest {
  private final FirstLosses first = new FirstLosses();

  @Test
  void everyRiseMattersBeforeTheFirstLoss() {
    assertEquals(0, first.leastRise(0.01));
  }

  @Test
  void anOddFirstBatchIsNotTheBeginning() {
    begin(90, 4, 4.2, 3.9, 4.1);
    assertEquals(0, first.leastRise(1.2), "0.3 of 4.1, but not of 90");
  }

  @Test
  void nearZeroARiseMattersOnlyWhenItLosesWhatWasLearned() {
    begin(4, 4, 4, 4, 4);
    for (double level : new double[] {0.001, 0.05, 0.3}) {
      double end = level + first.leastRise(level);
      assertTrue(end > 1 && end < 2, "from " + level + " to " + end);
    }
  }

  @Test
  void aLossOfMoreThanAFewTenthsIsNotNearZeroHoweverHighTheBeginning() {
    begin(40, 40, 40, 40, 40);
    assertEquals(0, first.leastRise(2));
  }

  @Test
  void whereTheLossHasNotFallenASlowRiseMustEndFarAboveTheBeginning() {
    begin(2, 2, 2, 2, 2);
    assertTrue(1.9 + first.leastSlowRise(1.9) > 2.5);
    assertEquals(0, first.leastSlowRise(1.2), "it has fallen");
  }

  @Test
  void laterLossesDoNotChangeTheBeginning() {
    begin(4, 4, 4, 4, 4);
    double least = first.leastRise(0.05);
    begin(0.05, 0.05, 0.05, 0.05, 0.05, 0.05);
    assertEquals(least, first.leastRise(0.05));
  }

  @Test
  void continuesAfterSaveAndRestore() {
    begin(4, 3, 5);
    FirstLosses restored = new FirstLosses();
    restored.exchange(State.restoring(saved(first)));
    assertEquals(first.leastRise(0.05), restored.leastRise(0.05));
    first.add(1);
    restored.add(1);
    assertArrayEquals(saved(first), saved(restored));
  }

  private void begin(double... losses) {
    for (double loss : losses) {
      first.add(loss);
    }
  }

  private static byte[] saved(FirstLosses of) {
    State.InMemory state = State.saving(64);
    of.exchange(state);
    return state.toByteArray();
  }
}
