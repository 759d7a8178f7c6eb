// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.wire;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.predictors.telemetry.RunEvent;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An event of a run as the API, the live stream and the report return it. */
public final class EventJson {
  /** Field that says who told the event. */
  public static final String SOURCE = "source";

  /** The {@link #SOURCE} of an event that a person told; others are told by the run. */
  public static final String PERSON = "person";

  private EventJson() {}

  /**
   * The event of a line with these values; what it lacks is null.
   *
   * @param step the line's step, or the run's at that time; negative when neither is known
   */
  public static ObjectNode of(long timeNanos, long step, int segment, Map<String, Object> values) {
    return Json.object()
        .put("time", Json.time(timeNanos))
        .put("step", step < 0 ? null : (Long) step)
        .put("segment", segment)
        .put("kind", text(values, RunEvent.KIND))
        .put("phase", text(values, RunEvent.PHASE))
        .put("status", text(values, RunEvent.STATUS))
        .put("text", text(values, RunEvent.TEXT))
        .put("source", PERSON.equals(values.get(SOURCE)) ? PERSON : "run");
  }

  private static @Nullable String text(Map<String, Object> values, String name) {
    Object value = values.get(name);
    return value == null || value.equals("") ? null : value.toString();
  }
}
