// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpanTest {
  private static final long SECOND = 1_000_000_000;

  @ParameterizedTest
  @CsvSource({
    "20 steps, 20, 0, 20 steps",
    "1, 1, 0, 1 step",
    "90 seconds, 0, 90, 90 seconds",
    "5 Minutes, 0, 300, 5 minutes",
    "120 minutes, 0, 7200, 2 hours",
    "1hour, 0, 3600, 1 hour"
  })
  void readsWhatPeopleWrite(String text, long steps, long seconds, String written) {
    Span span = Span.parse(text);
    assertEquals(new Span(steps, seconds * SECOND), span);
    assertEquals(written, span.toString());
    assertEquals(span, Span.parse(written));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0 steps", "-3", "5 days", "steps", "1.5 minutes"})
  void refusesAnythingElse(String text) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Span.parse(text));
    assertTrue(e.getMessage().startsWith("'" + text + "': expected a text such as 20 steps"));
  }

  @Test
  void countsTheFirstAndTheLastStep() {
    assertTrue(Span.ONE_STEP.isOver(0, 0));
    assertTrue(Span.parse("3 steps").isOver(2, 0));
    assertTrue(!Span.parse("3 steps").isOver(1, 99 * SECOND));
    assertTrue(Span.parse("1 minute").isOver(0, 60 * SECOND));
    assertTrue(!Span.parse("1 minute").isOver(99, 59 * SECOND));
  }
}
