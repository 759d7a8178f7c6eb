// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.forecast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.predictors.stats.State;
import org.junit.jupiter.api.Test;

class HoldTest {
  private final Hold hold = new Hold();

  @Test
  void holdsFromTheThirdInARowOfASparseLog() {
    assertEquals("00000110001", held("11011110111", 10));
  }

  @Test
  void holdsFromTheSixthInARowWhereEveryStepIsSent() {
    assertEquals("0000000000110", held("1111011111110", 1));
  }

  @Test
  void countsOnAfterSaveAndRestore() {
    hold.holds(1, true);
    hold.holds(2, true);
    State.InMemory state = State.saving(8);
    hold.exchange(state);
    Hold restored = new Hold();
    restored.exchange(State.restoring(state.toByteArray()));
    assertTrue(restored.holds(7, true));
    assertFalse(new Hold().holds(7, true));
  }

  /** Whether it holds at each of these samples, which are so many steps apart. */
  private String held(String conditions, int spacing) {
    StringBuilder held = new StringBuilder();
    for (int i = 0; i < conditions.length(); i++) {
      held.append(hold.holds(1L + i * spacing, conditions.charAt(i) == '1') ? '1' : '0');
    }
    return held.toString();
  }
}
