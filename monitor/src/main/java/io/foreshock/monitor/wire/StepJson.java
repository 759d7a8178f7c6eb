// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.wire;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.predictors.telemetry.Point;

/** A telemetry line as the live stream returns it. */
public final class StepJson {
  private StepJson() {}

  /**
   * The line's numbers under {@code fields}; {@code layer} and {@code head} are null without a tag.
   */
  public static ObjectNode of(Point point, String run, int segment) {
    ObjectNode json =
        Json.object()
            .put("run", run)
            .put("measurement", point.measurement())
            .put("segment", segment)
            .put("layer", point.tag("layer"))
            .put("head", point.tag("head"))
            .put("time", Json.time(point.timestamp()));
    ObjectNode fields = Json.object();
    for (int i = 0; i < point.fieldCount(); i++) {
      if (point.fieldKey(i).equals("step")) {
        json.put("step", (long) point.number(i));
      } else if (point.text(i) == null) {
        fields.put(point.fieldKey(i), Json.finite(point.number(i)));
      }
    }
    json.set("fields", fields);
    return json;
  }
}
