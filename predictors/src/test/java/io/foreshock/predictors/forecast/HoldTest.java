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
  void holdsFromTheThirdInARow() {
    StringBuilder held = new StringBuilder();
    for (char at : "11011110111".toCharArray()) {
      held.append(hold.holds(at == '1') ? '1' : '0');
    }
    assertEquals("00000110001", held.toString());
  }

  @Test
  void countsOnAfterSaveAndRestore() {
    hold.holds(true);
    hold.holds(true);
    State.InMemory state = State.saving(8);
    hold.exchange(state);
    Hold restored = new Hold();
    restored.exchange(State.restoring(state.toByteArray()));
    assertTrue(restored.holds(true));
    assertFalse(new Hold().holds(true));
  }
}
