// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.monitor.control.CommandJson;
import io.foreshock.monitor.live.LiveEvent;
import io.foreshock.monitor.live.LiveHub;
import io.foreshock.monitor.wire.EventJson;
import io.foreshock.monitor.wire.Json;
import io.foreshock.monitor.wire.SegmentJson;
import io.foreshock.monitor.wire.StepJson;
import io.foreshock.predictors.telemetry.Point;
import io.foreshock.predictors.telemetry.RunEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * The live events of one entry.
 *
 * <p><b>Cost.</b> No event is made for a run without subscribers. A line becomes JSON when it is
 * accepted, because its point is used again. It is published with the other events, after alarms
 * were routed and rows stored.
 */
final class LiveEvents implements LineWatcher {
  private record OfLine(String run, LiveEvent event) {}

  private final LiveHub live;
  private final List<OfLine> lines = new ArrayList<>();

  LiveEvents(LiveHub live) {
    this.live = live;
  }

  @Override
  public void line(Point point, String run, int segment) {
    if (live.watched(run)) {
      RunEvent happened = RunEvent.isLine(point) ? RunEvent.of(point) : null;
      lines.add(
          new OfLine(
              run,
              happened == null
                  ? event("step", StepJson.of(point, run, segment))
                  : event(
                      "event",
                      EventJson.of(point.timestamp(), happened.step(), segment, point.fields()))));
    }
  }

  /** Publishes the accepted lines and the findings. */
  void publish(Findings found) {
    for (OfLine line : lines) {
      live.publish(line.run, line.event);
    }
    found.lines.newSegments.forEach(
        (run, segment) -> publish(run.name, "segment", () -> SegmentJson.of(segment)));
    found.alarms.forEach(alarm -> publish(alarm.run(), "alarm", alarm::json));
    found.commands.forEach(
        command -> publish(command.run(), "command", () -> CommandJson.of(command)));
    found.touched.forEach(run -> found.remarks.forEach(remark -> publish(run.view(), remark)));
  }

  private void publish(RunView run, Entry.Remark remark) {
    if (remark instanceof Entry.IncidentAcknowledged seen) {
      publish(
          run.run(), "acknowledgement", () -> RemarksJson.of(run.run(), seen.acknowledgement()));
    } else {
      publish(run.run(), "run", () -> RemarksJson.described(run));
    }
  }

  private void publish(String run, String name, Supplier<ObjectNode> data) {
    if (live.watched(run)) {
      live.publish(run, event(name, data.get()));
    }
  }

  private static LiveEvent event(String name, Object data) {
    return new LiveEvent(name, Json.text(data));
  }
}
