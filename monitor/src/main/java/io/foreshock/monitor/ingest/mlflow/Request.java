// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.ingest.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.monitor.ingest.JsonBody;
import io.foreshock.monitor.ingest.Refusal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The fields of a request, or of an object in it. Protobuf's JSON is accepted as well as plain
 * JSON: integers may be texts, and floats that are not finite are {@code NaN} or {@code "NaN"}.
 *
 * <p>Methods throw a {@link Refusal} with status 400 that names the field.
 */
record Request(JsonNode fields) {
  /** Longest key of a metric, parameter or tag that MLflow's own server accepts. */
  private static final int MAX_KEY = 250;

  static Request of(byte[] body) {
    try {
      return new Request(JsonBody.read(body));
    } catch (IllegalArgumentException e) {
      throw Refusal.of(400, "MALFORMED_REQUEST", String.valueOf(e.getMessage()));
    }
  }

  static Refusal invalid(String message) {
    return Refusal.of(400, "INVALID_PARAMETER_VALUE", message);
  }

  /** A text; empty when absent. */
  String text(String name) {
    JsonNode value = fields.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return "";
    }
    if (!value.isValueNode()) {
      throw invalid(name + " = " + value + ": expected text");
    }
    return value.asText();
  }

  /** A text that must not be empty. */
  String required(String name) {
    String text = text(name);
    if (text.isEmpty()) {
      throw invalid(name + " is missing");
    }
    return text;
  }

  /** The key of a metric, parameter or tag. */
  String key() {
    String key = required("key");
    if (key.length() > MAX_KEY) {
      throw invalid("key = '" + key + "': expected at most " + MAX_KEY + " characters");
    }
    return key;
  }

  /** MLflow's id of the run, under its present or its old name. */
  String runId() {
    String id = text("run_id");
    return id.isEmpty() ? required("run_uuid") : id;
  }

  long integer(String name, long fallback) {
    JsonNode value = fields.path(name);
    if (value.isMissingNode() || value.isNull() || value.asText().isEmpty()) {
      return fallback;
    }
    if (value.isIntegralNumber() && value.canConvertToLong()) {
      return value.longValue();
    }
    try {
      return Long.parseLong(value.asText());
    } catch (NumberFormatException e) {
      throw invalid(name + " = " + value + ": expected an integer of 64 bits");
    }
  }

  /** A number in any spelling, NaN and infinities included. */
  double number(String name) {
    JsonNode value = fields.path(name);
    if (value.isNumber()) {
      return value.doubleValue();
    }
    Double number = JsonBody.number(value.asText());
    if (number == null) {
      throw invalid(name + " = " + value + ": expected a number");
    }
    return number;
  }

  /** The objects of a list; none when absent. */
  <T> List<T> list(String name, Function<Request, T> reader) {
    JsonNode value = fields.path(name);
    if (!value.isMissingNode() && !value.isNull() && !value.isArray()) {
      throw invalid(name + ": expected a list");
    }
    List<T> list = new ArrayList<>();
    for (JsonNode item : value) {
      if (!item.isObject()) {
        throw invalid(name + ": expected a list of objects");
      }
      list.add(reader.apply(new Request(item)));
    }
    return list;
  }

  /** A list of texts; none when absent. */
  List<String> texts(String name) {
    List<String> texts = new ArrayList<>();
    fields.path(name).forEach(item -> texts.add(item.asText()));
    return texts;
  }

  /** Keys with their values, such as tags; of a repeated key the last. */
  Map<String, String> pairs(String name) {
    Map<String, String> pairs = new LinkedHashMap<>();
    list(name, pair -> pairs.put(pair.key(), pair.text("value")));
    return pairs;
  }

  /** A metric. */
  MetricPoint metric(long nowMillis) {
    long millis = integer("timestamp", nowMillis);
    if (Math.abs(millis) > Long.MAX_VALUE / 1_000_000) {
      throw invalid("timestamp = " + millis + ": expected milliseconds since 1970");
    }
    if (fields.path("value") instanceof MissingNode) {
      throw invalid("value is missing");
    }
    return new MetricPoint(key(), number("value"), millis, integer("step", 0));
  }

  /** A copy that may be changed. */
  ObjectNode copy() {
    return ((ObjectNode) fields).deepCopy();
  }
}
