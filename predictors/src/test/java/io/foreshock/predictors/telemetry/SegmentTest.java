// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
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

  private static Segment started(int index, long nanos) {
    return new Segment(index, index - 1, 0, 0, nanos, true);
  }
}
