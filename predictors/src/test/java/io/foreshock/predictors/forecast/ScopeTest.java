// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.forecast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ScopeTest {
  @Test
  void everySetOfGroupsHasItsOwnNumberAndName() {
    Set<Integer> numbers = new HashSet<>();
    Set<String> names = new HashSet<>();
    for (Scope scope : Scope.all()) {
      assertTrue(scope.number() >= 0 && scope.number() < Scope.all().size(), scope::toString);
      assertSame(scope, Scope.named(scope.wireName()));
      numbers.add(scope.number());
      names.add(scope.wireName());
    }
    assertEquals(1 << SignalGroup.values().length, numbers.size());
    assertEquals(numbers.size(), names.size());
  }

  @Test
  void aNameListsTheGroupsAfterTheLoss() {
    assertEquals("loss", Scope.of().wireName());
    assertEquals("loss+norm+rate", Scope.of(SignalGroup.RATE, SignalGroup.NORM).wireName());
    assertThrows(IllegalArgumentException.class, () -> Scope.named("norm"));
  }

  @Test
  void aScopeIncludesEachPartOfItself() {
    Scope both = Scope.of(SignalGroup.NORM, SignalGroup.RATE);
    assertTrue(both.includes(Scope.of(SignalGroup.RATE)));
    assertTrue(both.includes(both));
    assertTrue(both.includes(Scope.of()));
    assertFalse(Scope.of(SignalGroup.RATE).includes(both));
    assertTrue(Scope.full().includes(both));
  }

  @Test
  void symptomsOfTheLossAreInEveryScope() {
    assertTrue(Scope.of().includes((SignalGroup) null));
    assertFalse(Scope.of().includes(SignalGroup.NORM));
    assertEquals(Scope.of(SignalGroup.STEP), Scope.of().with(SignalGroup.STEP, true));
    assertEquals(Scope.of(), Scope.of().with(SignalGroup.STEP, false));
  }
}
