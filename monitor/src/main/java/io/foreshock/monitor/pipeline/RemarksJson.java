// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.monitor.wire.Json;

/** What people say of runs, as the API and live events have it. */
public final class RemarksJson {
  private RemarksJson() {}

  /** A run's tags and notes, and whether it is archived. */
  public static ObjectNode described(RunView run) {
    ObjectNode json = Json.object();
    run.tags().forEach(json.putArray("tags")::add);
    return json.put("notes", run.notes()).put("archived", run.archived());
  }

  /** An acknowledgement in an answer of its own. */
  public static ObjectNode of(String run, Acknowledgement acknowledgement) {
    ObjectNode json = Json.object().put("run", run).put("incident", acknowledgement.incident());
    return json.setAll(within(acknowledgement));
  }

  /** An acknowledgement within its incident. */
  public static ObjectNode within(Acknowledgement acknowledgement) {
    return Json.object()
        .put("by", acknowledgement.by())
        .put("note", acknowledgement.note())
        .put("time", Json.time(acknowledgement.timeNanos()));
  }
}
