// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.trainer.checkpoint.TrainState.Adjustment;
import io.foreshock.trainer.checkpoint.TrainState.BatchRange;
import org.junit.jupiter.api.Test;

class TrainStateTest {

  private static TrainState at(long step) {
    TrainState state = TrainState.START;
    for (long i = 0; i < step; i++) {
      state = state.stepped();
    }
    return state;
  }

  private static TrainState rolledBack(TrainState target, TrainState from, long first, long count) {
    return target.rolledBackFrom(from, new BatchRange(first, count));
  }

  @Test
  void usesBatchesInOrder() {
    assertEquals(0, TrainState.START.batch());
    assertEquals(5, at(5).batch());
  }

  @Test
  void skipsTheBatchesOfARollback() {
    TrainState state = rolledBack(at(5), at(9), 6, 3);

    assertEquals(5, state.batch());
    assertEquals(9, state.stepped().batch());
    assertEquals(10, state.stepped().stepped().batch());
    assertEquals(7, state.stepped().stepped().step());
  }

  @Test
  void skipsOverlappingRangesInAnyOrder() {
    TrainState first = rolledBack(at(5), at(9), 8, 4);
    TrainState second = rolledBack(at(5), first, 5, 4);

    assertEquals(12, second.batch());
  }

  @Test
  void rollbackOpensASegmentAndKeepsWhatWasCommanded() {
    TrainState left = at(9).obeyed(17).alarmed(100).adjusted(new Adjustment(0.5, null, 50));
    TrainState state = rolledBack(at(5), left, 0, 0);

    assertEquals(1, state.segment());
    assertEquals(17, state.lastCommand());
    assertEquals(0.5, state.adjustment().scaleAt(6));
    assertTrue(state.quiet());
    assertTrue(state.skipped().isEmpty());
  }

  @Test
  void alarmEndsAfterItsSteps() {
    TrainState state = at(9).alarmed(2);

    assertFalse(state.quiet());
    assertFalse(state.stepped().quiet());
    assertTrue(state.stepped().stepped().quiet());
  }

  @Test
  void adjustmentEndsAfterItsLastStep() {
    Adjustment adjustment = new Adjustment(0.5, 0.25, 20);

    assertEquals(0.5, adjustment.scaleAt(20));
    assertEquals(1, adjustment.scaleAt(21));
    assertEquals(0.25, adjustment.clipAt(20, 1));
    assertEquals(1, adjustment.clipAt(21, 1));
    assertEquals(1, Adjustment.NONE.clipAt(1, 1));
  }

  @Test
  void negativeRangeIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> new BatchRange(-1, 5));
    assertThrows(IllegalArgumentException.class, () -> new BatchRange(1, -5));
  }
}
