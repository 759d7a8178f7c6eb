// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.ingest.trackio;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.monitor.ingest.ConfigValues;
import io.foreshock.monitor.ingest.JsonBody;
import io.foreshock.monitor.ingest.LineText;
import io.foreshock.monitor.ingest.StoredNames;
import java.util.LinkedHashMap;
import java.util.Map;

/** The lines that Trackio's entries become. */
record TrackioLines(StoredNames names) {
  private static final String STEP = "step";
  private static final int MAX_DEPTH = 8;

  /** Marks tables, images and traces, which are no numbers. */
  private static final String TYPE = "_type";

  /**
   * Metrics of a step. Trackio's own step counts the calls of its {@code log}; metrics that hold
   * the trainer's step, such as {@code train/global_step}, keep it.
   */
  void metrics(LineText text, String run, LogEntry entry, long timeNanos) {
    Map<String, Object> values = numbers(entry.metrics());
    if (values.isEmpty()) {
      return;
    }
    Map<String, Object> fields = new LinkedHashMap<>();
    if (entry.step() >= 0 && !values.containsKey(STEP)) {
      boolean hasStep = values.keySet().stream().anyMatch(key -> names.of(key).equals(STEP));
      fields.put(hasStep ? "_step" : STEP, entry.step());
    }
    fields.putAll(values);
    text.line(LineText.METRICS, run, fields, timeNanos);
  }

  static void system(LineText text, String run, LogEntry entry, long timeNanos) {
    text.line(LineText.SYSTEM, run, numbers(entry.metrics()), entry.timeNanos(timeNanos));
  }

  static void config(
      LineText text, String run, Map<String, String> first, LogEntry entry, long timeNanos) {
    Map<String, String> values = new LinkedHashMap<>(first);
    flatten("", entry.config(), values, 0);
    text.line(LineText.RUN_CONFIG, run, ConfigValues.fields(values), timeNanos);
  }

  static void alert(LineText text, String run, LogEntry entry, long timeNanos) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("kind", "note");
    if (entry.step() >= 0) {
      fields.put(STEP, entry.step());
    }
    String more = entry.text("text");
    String level = entry.text("level");
    fields.put(
        "text",
        (level.isEmpty() ? "" : level + ": ")
            + entry.text("title")
            + (more.isEmpty() ? "" : ": " + more));
    text.line(LineText.EVENT, run, fields, entry.timeNanos(timeNanos));
  }

  /** Numbers, in whatever spelling, and truth values; texts, tables and media are left out. */
  private static Map<String, Object> numbers(JsonNode metrics) {
    Map<String, Object> numbers = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> metric : metrics.properties()) {
      JsonNode value = metric.getValue();
      if (metric.getKey().isEmpty()) {
        continue;
      }
      Double number =
          value.isNumber()
              ? (Double) value.doubleValue()
              : value.isTextual() ? JsonBody.number(value.asText()) : null;
      if (number != null) {
        numbers.put(metric.getKey(), number);
      } else if (value.isBoolean()) {
        numbers.put(metric.getKey(), value.booleanValue() ? 1.0 : 0.0);
      }
    }
    return numbers;
  }

  private static void flatten(String prefix, JsonNode node, Map<String, String> into, int depth) {
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      String key = prefix + field.getKey();
      JsonNode value = field.getValue();
      if (value.isObject() && !value.has(TYPE) && depth < MAX_DEPTH) {
        flatten(key + ".", value, into, depth + 1);
      } else if (!value.isNull() && !key.isEmpty()) {
        into.put(key, value.isValueNode() ? value.asText() : value.toString());
      }
    }
  }
}
