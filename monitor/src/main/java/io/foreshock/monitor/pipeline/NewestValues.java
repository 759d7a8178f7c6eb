// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.monitor.wire.Json;
import io.foreshock.predictors.telemetry.Point;
import io.foreshock.predictors.telemetry.Telemetry;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The newest finite value of each numeric field of a run's {@code train_step} lines.
 *
 * <p><b>Edges.</b> The first {@value #MAX} fields with names of at most {@value #MAX_NAME}
 * characters are kept; the store has the others.
 *
 * <p><b>Threads.</b> Not safe; a {@link #copy} does not change with the original. <b>Cost.</b> A
 * look-up for each field of a line, and no allocation once the fields are known.
 */
final class NewestValues {
  private static final int MAX = 64;
  private static final int MAX_NAME = 64;

  /** Index of each field's value. Copies share it, so a new field makes a new map. */
  private Map<String, Integer> slots;

  private double[] values;

  NewestValues() {
    this(Map.of(), new double[0]);
  }

  private NewestValues(Map<String, Integer> slots, double[] values) {
    this.slots = slots;
    this.values = values;
  }

  NewestValues copy() {
    return new NewestValues(slots, values.clone());
  }

  /** Keeps the values of a line. */
  void line(Point point) {
    for (int i = 0; i < point.fieldCount(); i++) {
      double value = point.number(i); // NaN for a text
      if (Double.isFinite(value) && !Telemetry.isCount(point.fieldKey(i))) {
        put(point.fieldKey(i), value);
      }
    }
  }

  /** The value of a field; NaN when there is none. */
  double get(String field) {
    Integer slot = slots.get(field);
    return slot == null ? Double.NaN : values[slot];
  }

  /** The fields, in the order in which they came. */
  Set<String> fields() {
    return slots.keySet();
  }

  ObjectNode json() {
    ObjectNode json = Json.object();
    slots.forEach((field, slot) -> json.put(field, values[slot]));
    return json;
  }

  static NewestValues read(JsonNode json) {
    NewestValues read = new NewestValues();
    for (Map.Entry<String, JsonNode> field : json.properties()) {
      read.put(field.getKey().intern(), field.getValue().asDouble()); // few names for many runs
    }
    return read;
  }

  private void put(String field, double value) {
    Integer slot = slots.get(field);
    if (slot != null) {
      values[slot] = value;
    } else if (values.length < MAX && field.length() <= MAX_NAME) {
      Map<String, Integer> more = new LinkedHashMap<>(slots);
      more.put(field, values.length);
      slots = more;
      values = Arrays.copyOf(values, values.length + 1);
      values[values.length - 1] = value;
    }
  }
}
