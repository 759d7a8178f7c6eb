// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.monitor.json.Json;
import io.foreshock.predictors.telemetry.Point;
import java.util.Map;

/** Gathers a write's lines into one live event a step: whole-step fields, and layers below them. */
final class StepEvents {
  private StepEvents() {}

  static void add(Map<Long, ObjectNode> steps, Run run, Point point) {
    int stepField = point.field("step");
    if (stepField < 0 || point.tag("head") != null) {
      return;
    }
    long step = (long) point.number(stepField);
    ObjectNode event =
        steps.computeIfAbsent(
            step,
            key ->
                Json.object()
                    .put("run", run.name)
                    .put("segment", run.watch.segment())
                    .put("step", key)
                    .put("time", Json.time(point.timestamp())));
    String layer = point.tag("layer");
    ObjectNode target =
        layer == null ? event : event.withObjectProperty("layers").withObjectProperty(layer);
    for (int i = 0; i < point.fieldCount(); i++) {
      if (i != stepField && point.text(i) == null) {
        target.put(point.fieldKey(i), Json.finite(point.number(i)));
      }
    }
  }
}
