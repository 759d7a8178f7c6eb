// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class RunLabelTest {
  @Test
  void onsetLiesWithinTheRun() {
    assertEquals(
        "a: onset = 601: expected 1 to 600, the run's steps",
        refused(RunClass.PREDICTABLE, OptionalLong.of(601), 600));
    assertEquals(
        "a: onset = 0: expected at least 1", refused(RunClass.SUDDEN, OptionalLong.of(0), 0));
    assertEquals(
        600, new RunLabel("a", RunClass.SUDDEN, OptionalLong.of(600), 600).onset().getAsLong());
  }

  @Test
  void healthyRunHasNoOnset() {
    assertEquals(
        "a: onset = 5: expected none, healthy", refused(RunClass.HEALTHY, OptionalLong.of(5), 10));
  }

  @Test
  void stepsAndStrikesArePositive() {
    assertEquals(
        "a: steps = -1: expected at least 1", refused(RunClass.HEALTHY, OptionalLong.empty(), -1));
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    new RunLabel(
                        "a", RunClass.SUDDEN, OptionalLong.of(9), 9, List.of(3L, 0L), Map.of()))
            .getMessage();
    assertEquals("a: struck = 0: expected at least 1", message);
  }

  @Test
  void strikeIsTheFirstOneThatExplainsTheOnset() {
    assertEquals(OptionalLong.of(200), struck(OptionalLong.of(300), 240, 200, 300, 199, 301));
    assertEquals(OptionalLong.of(300), struck(OptionalLong.of(300), 300));
    assertEquals(OptionalLong.empty(), struck(OptionalLong.of(300), 199, 301));
    assertEquals(OptionalLong.empty(), struck(OptionalLong.of(300)));
    assertEquals(OptionalLong.empty(), struck(OptionalLong.empty(), 200));
  }

  private static OptionalLong struck(OptionalLong onset, long... at) {
    List<Long> struck = Arrays.stream(at).boxed().toList();
    return new RunLabel("a", RunClass.SUDDEN, onset, 600, struck, Map.of()).strike();
  }

  private static String refused(RunClass runClass, OptionalLong onset, long steps) {
    return assertThrows(
            IllegalArgumentException.class, () -> new RunLabel("a", runClass, onset, steps))
        .getMessage();
  }
}
