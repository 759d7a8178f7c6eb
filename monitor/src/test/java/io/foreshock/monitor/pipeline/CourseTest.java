// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.monitor.wire.Json;
import io.foreshock.predictors.telemetry.Measurement;
import io.foreshock.predictors.telemetry.Point;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The newest values and the sparkline that the list of runs shows. */
class CourseTest {
  private final Course course = new Course();
  private final Sample sample = Sample.ofStep(0, 0);
  private final Point point = new Point();

  @Test
  void aShortRunIsShownAsItIs() {
    assertEquals(List.of(), course.losses());
    LongStream.rangeClosed(1, 20).forEach(step -> loss(step, 100 - step));
    assertEquals(LongStream.rangeClosed(1, 20).mapToObj(s -> 100.0 - s).toList(), course.losses());
    loss(21, 79);
    assertEquals(LongStream.rangeClosed(1, 21).mapToObj(s -> 100.0 - s).toList(), course.losses());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 7, 1000})
  void aSpikeOfOneStepStaysVisibleHoweverLongTheRunLasts(long every) {
    for (long i = 1; i <= 30_000; i++) {
      loss(i * every, i == 17_777 ? 50 : 2 + 1.0 / i);
      assertTrue(course.losses().size() <= 40, () -> course.losses().toString());
    }
    List<Double> losses = course.losses();
    assertTrue(losses.size() >= 20, losses.toString());
    assertEquals(3, losses.get(0), "the first, which was the highest of its bucket");
    assertEquals(1, losses.stream().filter(loss -> loss == 50).count());
    assertEquals(2 + 1.0 / 30_000, losses.get(losses.size() - 1), 1e-5);
  }

  @Test
  void aRollbackCutsItBackToTheStepItWentTo() {
    LongStream.rangeClosed(1, 1000).forEach(step -> loss(step, step <= 600 ? 3 : 9));
    loss(601, 2.5);
    LongStream.rangeClosed(602, 700).forEach(step -> loss(step, 2));
    assertEquals(3, course.losses().stream().mapToDouble(loss -> loss).max().orElseThrow());
    loss(1, 7);
    assertEquals(List.of(7.0), course.losses());
  }

  @Test
  void ofABucketThatTheRollbackCutsWhatWasBeforeStays() {
    LongStream.rangeClosed(1, 80).forEach(step -> loss(step, step % 4 == 1 ? 1 : step));
    loss(78, 0.5); // the bucket from 76 on had its highest loss at step 79, its lowest at 77
    List<Double> losses = course.losses();
    assertEquals(List.of(1.0, 0.5), losses.subList(losses.size() - 2, losses.size()));
  }

  @Test
  void lossesThatWereNotFiniteAreNull() {
    loss(1, 2);
    loss(2, Double.NaN);
    loss(3, Double.POSITIVE_INFINITY);
    assertEquals(Arrays.asList(2.0, null, null), course.losses());
    LongStream.rangeClosed(4, 4000).forEach(step -> loss(step, Double.NaN));
    assertEquals(2.0, course.losses().get(0));
    assertEquals(null, course.losses().get(1));
  }

  @Test
  void keepsTheNewestFiniteValueOfEachField() {
    line(1, "loss", 2, "my metric", 5, "nonfinite", 1);
    line(2, "my metric", Double.NaN, "kl", 0.5);
    assertEquals(2, course.newest("loss"));
    assertEquals(5, course.newest("my metric"));
    assertEquals(0.5, course.newest("kl"));
    assertEquals(Double.NaN, course.newest("step"));
    assertEquals(List.of("loss", "my metric", "kl"), List.copyOf(course.fields()));
  }

  @Test
  void keepsSixtyFourFieldsAndNoLongNames() {
    line(1, "x".repeat(65), 1);
    for (int i = 0; i < 100; i++) {
      line(1, "f" + i, i);
    }
    assertEquals(64, course.fields().size());
    assertEquals(63, course.newest("f63"));
    assertEquals(Double.NaN, course.newest("f64"));
  }

  @Test
  void aCopyDoesNotChangeAndItsSavedFormContinues() {
    LongStream.rangeClosed(1, 100).forEach(step -> loss(step, step));
    loss(101, Double.NaN);
    Course copy = course.copy();
    Course restored = Json.read(Json.bytes(copy), Course.class);
    List<Double> before = copy.losses();
    for (Course each : List.of(course, restored)) {
      for (long step = 102; step <= 500; step++) {
        loss(each, step, -step);
      }
    }
    assertEquals(before, copy.losses());
    assertEquals(100, copy.newest("loss"));
    assertEquals(course.losses(), restored.losses());
    assertEquals(-500, restored.newest("loss"));
  }

  private void loss(long step, double loss) {
    loss(course, step, loss);
  }

  private void loss(Course of, long step, double loss) {
    sample.reset(Measurement.TRAIN_STEP, null, Sample.NO_HEAD, step, step);
    sample.set(Signal.LOSS, loss);
    point.begin("train_step");
    point.addInteger("step", step);
    point.addFloat("loss", loss);
    of.line(sample, point);
  }

  private void line(long step, Object... fields) {
    sample.reset(Measurement.TRAIN_STEP, null, Sample.NO_HEAD, step, step);
    point.begin("train_step");
    point.addInteger("step", step);
    for (int i = 0; i < fields.length; i += 2) {
      point.addFloat((String) fields[i], ((Number) fields[i + 1]).doubleValue());
    }
    course.line(sample, point);
  }
}
