// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.predictors.online.RunWatch.Use;
import io.foreshock.predictors.telemetry.Segment;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineageTest {
  private final Lines lines = Lines.of("r");

  @Test
  void stepGoingBackWithANewerTimeOpensASegment() {
    run(1, 10, 0);
    assertEquals(Use.FED, lines.step(6, 100, 2));
    assertEquals(1, lines.watch.segment());
    assertEquals(6, lines.watch.lastStep());
    List<Segment> segments = lines.watch.segments();
    assertEquals(new Segment(0, -1, 0, 10, 1, false), segments.get(0));
    assertEquals(new Segment(1, 0, 5, 6, 100, true), segments.get(1));
  }

  @Test
  void equalStepOrOldOrEqualTimeIsLate() {
    run(1, 10, 0);
    assertEquals(Use.LATE, lines.step(10, 50, 2));
    assertEquals(Use.LATE, lines.step(6, 6, 2));
    assertEquals(Use.LATE, lines.step(6, 10, 2));
    assertEquals(0, lines.watch.segment());
  }

  @Test
  void linesOfTheDeadSegmentThatArriveAfterTheRollbackAreLate() {
    run(1, 10, 0);
    lines.feed("train_step,run=r step=6i,loss=2 100");
    assertEquals(Use.LATE, lines.feed("train_layer,run=r,layer=0 step=11i,grad_rms=1 11"));
    assertEquals(0, lines.watch.segment(), "where the late line belongs");
    assertEquals(1, lines.watch.liveSegment(), "where the run is");
    assertEquals(Use.FED, lines.feed("train_layer,run=r,layer=0 step=6i,grad_rms=1 100"));
    assertEquals(1, lines.watch.segment());
  }

  @Test
  void anotherSeriesMayLagBehindWithoutOpeningASegment() {
    lines.feed("train_step,run=r step=10i,loss=2 10");
    assertEquals(Use.FED, lines.feed("train_layer,run=r,layer=0 step=5i,grad_rms=1 11"));
    assertEquals(Use.FED, lines.feed("train_layer,run=r,layer=0 step=6i,grad_rms=1 12"));
    assertEquals(0, lines.watch.segment());
  }

  @Test
  void aDeclaredSegmentDecides() {
    lines.feed("train_step,run=r,segment=0 step=10i,loss=2 10");
    assertEquals(
        Use.LATE, lines.feed("train_step,run=r,segment=0 step=7i,loss=2 20"), "same segment");
    assertEquals(Use.FED, lines.feed("train_step,run=r,segment=2 step=11i,loss=2 5"));
    assertEquals(2, lines.watch.segment());
    assertEquals(Use.LATE, lines.feed("train_step,run=r,segment=0 step=12i,loss=2 30"));
    assertEquals(new Segment(2, 0, 10, 11, 5, true), lines.watch.segments().get(1));
  }

  @Test
  void oneTimestampForManyStepsIsFine() {
    for (int step = 1; step <= 5; step++) {
      assertEquals(Use.FED, lines.step(step, 7, 2));
    }
  }

  @Test
  void twoSendersUnderOneNameDoNotExplodeTheTree() {
    for (int i = 0; i < 20_000; i++) {
      lines.feed("train_step,run=r step=" + (1000 + i) + "i,loss=2 " + (2 * i));
      lines.feed("train_step,run=r step=" + (10 + i) + "i,loss=3 " + (2 * i + 1));
    }
    assertTrue(lines.watch.segments().size() < 200, lines.watch.segments().size() + " segments");
    assertTrue(lines.watch.lastStep() > 19_000);
    assertTrue(lines.save().length < 1 << 20);
  }

  @Test
  void segmentsAreForgottenBeyondTheirLimit() {
    for (int i = 0; i < 600; i++) {
      lines.feed("train_step,run=r,segment=" + i + " step=5i,loss=2 " + i);
    }
    List<Segment> segments = lines.watch.segments();
    assertEquals(Lineage.MAX_SEGMENTS, segments.size());
    assertEquals(0, segments.get(0).index());
    assertEquals(599, lines.watch.segment());
  }

  private void run(int from, int to, int delay) {
    for (int step = from; step <= to; step++) {
      lines.step(step, step + delay, 3);
    }
  }
}
