// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OwnLevelTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 10, 100})
  void growthFromTheBeginningStaysAtAFixedMultipleOfItsReference(int spacing) {
    OwnLevel linear = fed(20_000 / spacing, spacing, step -> 3.0 * step);
    assertEquals(1.25, linear.level() / linear.reference(), 0.04);
    OwnLevel root = fed(20_000 / spacing, spacing, step -> Math.sqrt(step));
    assertEquals(1.125, root.level() / root.reference(), 0.03);
  }

  @Test
  void twoWildValuesInARowDoNotMoveIt() {
    OwnLevel own = fed(100, 1, step -> 1);
    own.add(101, 1e6);
    own.add(102, 1e6);
    assertEquals(1, own.level());
  }

  @Test
  void theErrorIsThatOfTheLevel() {
    Random random = new Random(3);
    OwnLevel own = fed(200, 1, step -> random.nextGaussian());
    double squares = 0;
    double errors = 0;
    for (int i = 0; i < 20_000; i++) {
      own.add(201 + i, random.nextGaussian());
      squares += own.level() * own.level() / 20_000;
      errors += own.error() / 20_000;
    }
    assertEquals(Math.sqrt(squares), errors, 0.08);
  }

  @Test
  void theReferenceStandsStillWhileHeldAndIsAcceptedInTheEnd() {
    OwnLevel own = fed(100, 1, step -> 1);
    for (int i = 0; i < 500; i++) {
      own.hold(true);
      own.add(101 + i, 5);
    }
    assertEquals(1, own.reference(), 0.01);
    for (int i = 0; i < 100; i++) {
      own.hold(own.level() > 2 * own.reference());
      own.add(601 + i, 5);
    }
    assertEquals(5, own.reference(), 0.01);
  }

  @Test
  void itIsReadyAfterSamplesAndSteps() {
    assertFalse(fed(15, 100, step -> 1, 200).ready());
    assertTrue(fed(16, 100, step -> 1, 200).ready());
    assertFalse(fed(150, 1, step -> 1, 200).ready());
    assertEquals(15, fed(150, 1, step -> 1, 200).warmedUp());
    assertTrue(fed(202, 1, step -> 1, 200).ready());
  }

  @Test
  void aBoundaryBeginsAnewAndStaysReady() {
    OwnLevel own = fed(1000, 1, step -> 1);
    own.boundary();
    for (int i = 0; i < 10; i++) {
      own.add(1001 + i, 7);
      assertTrue(own.ready());
    }
    assertEquals(7, own.level());
    assertEquals(7, own.reference());
    assertEquals(7, own.began());
    assertEquals(9, own.steps());
  }

  private static OwnLevel fed(int samples, int spacing, IntToDoubleFunction value) {
    return fed(samples, spacing, value, 0);
  }

  private static OwnLevel fed(int samples, int spacing, IntToDoubleFunction value, int leastSteps) {
    OwnLevel own = new OwnLevel(leastSteps);
    for (int i = 1; i <= samples; i++) {
      own.add((long) i * spacing, value.applyAsDouble(i * spacing));
    }
    return own;
  }
}
