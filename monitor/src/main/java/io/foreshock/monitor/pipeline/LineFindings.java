// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import io.foreshock.predictors.telemetry.Segment;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** What came of the lines of a write; nothing of any other entry. */
final class LineFindings {
  /** Runs that said how they are configured. */
  final Set<Run> announced = new LinkedHashSet<>();

  /** Runs that train though they carried out {@code pause} or {@code stop}. */
  final Set<Run> trainAgain = new LinkedHashSet<>();

  /** Runs that went back, each with the segment that it opened last. */
  final Map<Run, Segment> newSegments = new LinkedHashMap<>();

  /** Indices of the lines that were refused for want of room. */
  final BitSet refused = new BitSet();

  Outcome outcome = Outcome.NONE;

  /** How many of the refused lines may be sent again later, when there is room. */
  int noRoom;

  /** Accepted lines of which nothing was understood. */
  long unread;

  /** Lines on which a detector failed. */
  int detectorFailures;

  /** How long the lines took. */
  long nanos;

  /** Whether there were good lines and none of them was understood. */
  boolean nothingUnderstood() {
    return unread > 0 && unread == outcome.taken();
  }
}
