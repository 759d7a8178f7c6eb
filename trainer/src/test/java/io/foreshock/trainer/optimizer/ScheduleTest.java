// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.optimizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ScheduleTest {
  private static final double EXACT = 1e-12;

  private final Schedule cosine = new Schedule(Schedule.Shape.COSINE, 100, 1000);
  private final Schedule constant = new Schedule(Schedule.Shape.CONSTANT, 100, 1000);
  private final Schedule ramp = new Schedule(Schedule.Shape.RAMP, 100, 1000);

  @Test
  void warmUpGrowsLinearlyToThePeak() {
    assertEquals(0.01, cosine.factor(1), EXACT);
    assertEquals(0.5, cosine.factor(50), EXACT);
    assertEquals(1, cosine.factor(100), EXACT);
  }

  @Test
  void cosineIsHalfWayInTheMiddleAndEndsAtTheFloor() {
    assertEquals((1 + Schedule.FLOOR) / 2, cosine.factor(550), EXACT);
    assertEquals(Schedule.FLOOR, cosine.factor(1000), EXACT);
    assertEquals(Schedule.FLOOR, cosine.factor(5000), EXACT);
  }

  @Test
  void constantStaysAtThePeak() {
    assertEquals(1, constant.factor(101), EXACT);
    assertEquals(1, constant.factor(1000), EXACT);
  }

  @Test
  void rampGrowsByTheSameFactorEachStepUpToThePeak() {
    assertEquals(Schedule.FLOOR, ramp.factor(100), EXACT);
    assertEquals(1, ramp.factor(1000), EXACT);
    assertEquals(ramp.factor(300) / ramp.factor(200), ramp.factor(900) / ramp.factor(800), 1e-9);
  }

  @Test
  void rampHasNoJumpAtTheEndOfItsWarmUp() {
    assertTrue(ramp.factor(99) < ramp.factor(100));
    assertEquals(ramp.factor(100), ramp.factor(99), 2e-4);
  }

  @Test
  void noWarmUpStartsAtThePeak() {
    assertEquals(1, new Schedule(Schedule.Shape.CONSTANT, 0, 10).factor(1), EXACT);
  }
}
