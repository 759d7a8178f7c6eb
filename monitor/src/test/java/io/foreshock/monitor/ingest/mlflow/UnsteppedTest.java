// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.ingest.mlflow;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class UnsteppedTest {
  private final Unstepped unstepped = new Unstepped();

  @Test
  void aSecondValueAtStepZeroHasNoStep() {
    assertFalse(unstepped.is(step("a", 0, 1)));
    assertFalse(unstepped.is(step("a", 0, 1)), "the same, sent again");
    assertTrue(unstepped.is(step("a", 0, 2)));
    assertFalse(unstepped.is(step("b", 0, 2)), "another run");
  }

  @Test
  void aRunWithStepsMayGoBackToStepZero() {
    assertFalse(unstepped.is(step("a", 0, 1)));
    assertFalse(unstepped.is(step("a", 1, 2)));
    assertFalse(unstepped.is(step("a", 0, 3)));
  }

  private static HeldStep step(String run, long step, long millis) {
    return HeldStep.of(run, new MetricPoint("loss", 2, millis, step), 0);
  }
}
