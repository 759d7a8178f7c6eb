// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.predictors.stats.State;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CourseTest {
  private static final double NAN = Double.NaN;
  private static final double INFINITY = Double.POSITIVE_INFINITY;
  private final Random random = new Random(3);

  @Test
  void aLimitScoresTheValueItself() {
    Course above = Course.of(new Condition.Above(3), Span.ONE_STEP);
    Course below = Course.of(new Condition.Below(3), Span.ONE_STEP);
    assertEquals(0, above.warmedUp());
    assertEquals(2, above.add(1, 0, 2));
    assertEquals(-2, below.add(1, 0, 2));
    assertEquals(INFINITY, above.add(2, 0, INFINITY));
    assertEquals(INFINITY, below.add(2, 0, -INFINITY));
    assertEquals(NAN, above.add(3, 0, NAN));
    assertEquals(1, above.warmedUp());
  }

  @Test
  void noiseIsWithinSixDeviationsAndAJumpIsOutside() {
    Course course = Course.of(new Condition.Outside(6), Span.ONE_STEP);
    for (int i = 0; i < 16; i++) {
      assertEquals(i, course.warmedUp());
      assertEquals(NAN, course.add(i, 0, 5 + 0.1 * random.nextGaussian()));
    }
    int outside = 0;
    for (int i = 16; i < 50_000; i++) {
      outside += course.add(i, 0, 5 + 0.1 * random.nextGaussian()) > 6 ? 1 : 0;
    }
    assertTrue(outside <= 2, outside + " of 50,000 samples of normal noise");
    assertTrue(course.add(50_000, 0, 7) > 10);
    assertTrue(course.add(50_001, 0, 3) > 10, "both sides count");
    assertEquals(INFINITY, course.add(50_002, 0, INFINITY));
    assertEquals(NAN, course.add(50_003, 0, NAN));
    assertTrue(course.add(50_004, 0, 5) < 6, "what was outside did not enter the baseline");
  }

  @Test
  void aLevelThatLastsIsAccepted() {
    Course course = Course.of(new Condition.Outside(6), Span.ONE_STEP);
    int outside = 0;
    for (int i = 0; i < 400; i++) {
      outside += course.add(i, 0, i < 100 ? 5 : 50) > 6 ? 1 : 0;
    }
    assertEquals(65, outside);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 40, 1000, 100_000})
  void aChangeIsFoundWithinItsStretchOnly(int stretch) {
    Span within = new Span(stretch, 0);
    int far = stretch + Math.max(1, stretch / 128) + 1;
    for (int gap : new int[] {1, Math.max(1, stretch / 2), far}) {
      Course course = Course.of(new Condition.ChangesBy(1, false), within);
      assertEquals(0, course.add(10, 0, 5), "there is nothing to compare with");
      assertEquals(gap > stretch ? 0 : 2, course.add(10 + gap, 0, 7), "gap " + gap);
    }
  }

  @Test
  void theExtremesOfALongStretchAreKept() {
    Course course = Course.of(new Condition.ChangesBy(1, false), new Span(10_000, 0));
    for (int i = 0; i < 5000; i++) {
      course.add(i, 0, i == 2500 ? -40 : 1);
    }
    assertEquals(41, course.add(5000, 0, 1));
    assertEquals(0, course.add(13_000, 0, 1), 1e-9);
  }

  @Test
  void aShareIsOfTheEarlierValue() {
    Course course = Course.of(new Condition.ChangesBy(0.2, true), Span.parse("5 minutes"));
    long minute = 60_000_000_000L;
    course.add(1, 0, 200);
    assertEquals(0.25, course.add(1, minute, 150), 1e-6);
    assertEquals(0, course.add(1, 20 * minute, 300));
    assertEquals(INFINITY, course.add(1, 21 * minute, INFINITY));
    assertEquals(NAN, course.add(1, 22 * minute, NAN));
  }

  @Test
  void continuesAfterSaveAndRestoreAsIfNothingHadHappened() {
    for (Condition condition :
        new Condition[] {
          new Condition.Above(3), new Condition.Outside(4), new Condition.ChangesBy(1, true)
        }) {
      Course whole = Course.of(condition, new Span(30, 0));
      Course part = Course.of(condition, new Span(30, 0));
      for (int i = 0; i < 300; i++) {
        double value = random.nextGaussian() + (i > 200 ? 9 : 3);
        double expected = whole.add(i, i, value);
        assertEquals(expected, part.add(i, i, value));
        State.InMemory saved = State.saving(64);
        part.exchange(saved);
        part = Course.of(condition, new Span(30, 0));
        part.exchange(State.restoring(saved.toByteArray()));
      }
    }
  }
}
