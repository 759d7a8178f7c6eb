// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.ingest.trackio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;

/**
 * One entry of a bulk request: a log of metrics, a log of the machine, or an alert.
 *
 * <p>Methods throw {@link IllegalArgumentException} that names the wrong field.
 */
record LogEntry(JsonNode fields) {
  /** Joins entries that follow each other with different metrics of the same run and step. */
  static List<LogEntry> merged(List<LogEntry> entries) {
    List<LogEntry> merged = new ArrayList<>();
    for (LogEntry entry : entries) {
      int last = merged.size() - 1;
      if (last >= 0 && merged.get(last).isContinuedBy(entry)) {
        merged.set(last, merged.get(last).with(entry));
      } else {
        merged.add(entry);
      }
    }
    return merged;
  }

  private boolean isContinuedBy(LogEntry next) {
    return step() >= 0
        && step() == next.step()
        && run().equals(next.run())
        && runId().equals(next.runId())
        && project().equals(next.project())
        && metrics().isObject()
        && next.config().isEmpty()
        && next.metrics().properties().stream().noneMatch(metric -> metrics().has(metric.getKey()));
  }

  private LogEntry with(LogEntry next) {
    ObjectNode copy = fields.deepCopy();
    next.metrics()
        .properties()
        .forEach(
            metric -> ((ObjectNode) copy.path("metrics")).set(metric.getKey(), metric.getValue()));
    return new LogEntry(copy);
  }

  String project() {
    return fields.path("project").asText("");
  }

  String run() {
    String run = fields.path("run").asText("");
    if (run.isEmpty()) {
      throw new IllegalArgumentException("run is missing: every entry names its run");
    }
    return run;
  }

  /** Identifies the run among those of the same name; empty for old clients. */
  String runId() {
    return text("run_id");
  }

  /** Identifies the entry when it is sent again; empty for old clients. */
  String id() {
    String id = text("log_id");
    return id.isEmpty() ? text("alert_id") : id;
  }

  String text(String name) {
    JsonNode value = fields.path(name);
    return value.isNull() ? "" : value.asText("");
  }

  /** The step; -1 when absent. */
  long step() {
    JsonNode step = fields.path("step");
    return step.isIntegralNumber() ? step.longValue() : -1;
  }

  JsonNode metrics() {
    return fields.path("metrics");
  }

  JsonNode config() {
    return fields.path("config");
  }

  /** Its own time in nanoseconds; that of reception when it has none. */
  long timeNanos(long receivedNanos) {
    String text = text("timestamp");
    if (text.isEmpty()) {
      return receivedNanos;
    }
    try {
      OffsetDateTime time = OffsetDateTime.parse(text);
      return Math.addExact(
          Math.multiplyExact(time.toEpochSecond(), 1_000_000_000L), time.getNano());
    } catch (DateTimeException | ArithmeticException e) {
      return receivedNanos; // without a zone, or out of range: less exact, and nothing is lost
    }
  }
}
