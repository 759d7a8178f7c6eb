// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SegmentTest {
  @Test
  void theNewestThatHadStartedIsLive() {
    List<Segment> segments = List.of(started(2, 10), started(3, 20), started(5, 30));
    assertEquals(3, Segment.liveAt(segments, 29));
    assertEquals(5, Segment.liveAt(segments, 30));
    assertEquals(2, Segment.liveAt(segments, 9), "before all: the first");
    assertEquals(0, Segment.liveAt(List.of(), 9));
  }

  @Test
  void aNewerSegmentWhoseClockWentBackIsTheLiveOne() {
    assertEquals(1, Segment.liveAt(List.of(started(0, 100), started(1, 50)), 100));
  }

  @Test
  void theLivingStepsAreThoseThatLedToTheNewest() {
    List<Segment> segments =
        List.of(
            new Segment(0, -1, 0, 500, 1, false),
            new Segment(1, 0, 400, 450, 2, false), // itself left behind
            new Segment(2, 0, 300, 350, 3, false),
            new Segment(3, 2, 310, 700, 4, true));
    assertEquals(Map.of(0, 300L, 2, 310L, 3, Long.MAX_VALUE), Segment.living(segments));
    assertEquals(Map.of(), Segment.living(List.of()));
  }

  @Test
  void aParentIsAliveNoLongerThanItsChild() {
    List<Segment> segments =
        List.of(
            new Segment(0, -1, 0, 500, 1, false),
            new Segment(1, 0, 400, 450, 2, false),
            new Segment(2, 1, 200, 700, 3, true)); // back beyond where its parent began
    assertEquals(Map.of(0, 200L, 1, 200L, 2, Long.MAX_VALUE), Segment.living(segments));
  }

  private static Segment started(int index, long nanos) {
    return new Segment(index, index - 1, 0, 0, nanos, true);
  }
}
