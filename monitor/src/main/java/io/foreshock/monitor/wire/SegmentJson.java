// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.wire;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.predictors.telemetry.Segment;

/** A segment of a run as the API and the live stream return it. */
public final class SegmentJson {
  private SegmentJson() {}

  /** {@code parent} is null for the first segment; {@code live} is false after a rollback. */
  public static ObjectNode of(Segment segment) {
    return Json.object()
        .put("segment", segment.index())
        .put("parent", segment.parent() < 0 ? null : (Integer) segment.parent())
        .put("from_step", segment.fromStep())
        .put("last_step", segment.lastStep())
        .put("started", Json.time(segment.startedNanos()))
        .put("live", segment.live());
  }
}
