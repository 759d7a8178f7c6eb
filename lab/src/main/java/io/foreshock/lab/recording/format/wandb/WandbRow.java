// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording.format.wandb;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.foreshock.lab.recording.settings.SettingsSoFar;
import io.foreshock.predictors.telemetry.Measurement;
import io.foreshock.predictors.telemetry.Point;
import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * One row of W&amp;B's history: names with numbers and texts.
 *
 * <p><b>Definition.</b> Keys of nested values are joined with a dot, as W&amp;B shows them. Lists,
 * truth values and media, such as histograms, are left out; media are dictionaries with a {@code
 * _type}.
 *
 * <p><b>Threads.</b> Not safe; one instance is refilled.
 */
final class WandbRow {
  private static final String STEP = "_step";
  private static final String TIMESTAMP = "_timestamp";
  private static final String MEDIA = "_type";

  /** Other values that are whole now and then, such as a loss of 4, must not change their type. */
  private static final Pattern COUNT = Pattern.compile(".*(step|iteration|iter|update)s?");

  private static final String SEPARATOR = ".";

  private final Map<String, Object> values = new LinkedHashMap<>();
  private final Set<String> media = new HashSet<>();
  private double seconds;

  /** Reads a HistoryRecord up to the limit of the stream. */
  void read(CodedInputStream in) throws IOException {
    values.clear();
    media.clear();
    seconds = Double.NaN;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      int field = WireFormat.getTagFieldNumber(tag);
      if (field != 1 && field != 2) {
        in.skipField(tag);
        continue;
      }
      int end = in.pushLimit(in.readRawVarint32());
      if (field == 1) {
        item(in);
      } else {
        step(in);
      }
      in.popLimit(end);
    }
  }

  /** Time of the row in seconds since the epoch; NaN when it has none. */
  double seconds() {
    return seconds;
  }

  /**
   * Makes the row a point without a time.
   *
   * @return whether the row has any value that is not W&amp;B's own
   */
  boolean fill(Point point) {
    point.begin(Measurement.TRAIN_STEP.wireName());
    values.forEach(
        (name, value) -> {
          if (isOfMedia(name)) {
            return;
          }
          if (value instanceof Long integer && COUNT.matcher(name).matches()) {
            point.addInteger(name, integer);
          } else if (value instanceof Number number) {
            point.addFloat(name, number.doubleValue());
          } else {
            point.addText(name, value.toString());
          }
        });
    for (int i = 0; i < point.fieldCount(); i++) {
      if (!point.fieldKey(i).startsWith("_")) {
        return true;
      }
    }
    return false;
  }

  private void step(CodedInputStream in) throws IOException {
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (WireFormat.getTagFieldNumber(tag) == 1) {
        values.putIfAbsent(STEP, in.readInt64());
      } else {
        in.skipField(tag);
      }
    }
  }

  /** An item has one key or several nested ones, and a value as JSON or, since 0.31, typed. */
  private void item(CodedInputStream in) throws IOException {
    String name = "";
    Object value = "";
    String json = null;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 1, 2 -> name = name.isEmpty() ? in.readString() : name + SEPARATOR + in.readString();
        case 5 -> value = in.readSInt64();
        case 6 -> value = in.readDouble();
        case 7 -> value = in.readString();
        case 8, 16 -> json = in.readString();
        default -> in.skipField(tag);
      }
    }
    if (json != null) {
      json(name, json);
    } else {
      add(name, value);
    }
  }

  private void json(String name, String json) {
    char first = json.isEmpty() ? ' ' : json.charAt(0);
    if (first == '[') {
      return;
    }
    if (first == '{') {
      JsonNode node = SettingsSoFar.parse(json);
      if (node != null) {
        nested(name, node);
      }
    } else if (first == '"') {
      JsonNode node = SettingsSoFar.parse(json);
      add(name, node == null ? "" : node.asText());
    } else {
      number(name, json);
    }
  }

  private void nested(String name, JsonNode node) {
    if (node.isObject()) {
      node.properties().forEach(e -> nested(name + SEPARATOR + e.getKey(), e.getValue()));
    } else if (node.isIntegralNumber() && node.canConvertToLong()) {
      add(name, node.longValue());
    } else if (node.isNumber()) {
      add(name, node.doubleValue());
    } else if (node.isTextual()) {
      add(name, node.textValue());
    }
  }

  private void number(String name, String json) {
    try {
      boolean whole =
          json.length() < 19 && json.chars().allMatch(c -> c == '-' || c >= '0' && c <= '9');
      add(name, whole ? (Object) Long.parseLong(json) : (Object) Double.parseDouble(json));
    } catch (NumberFormatException e) {
      return; // null, true or false
    }
  }

  private void add(String name, Object value) {
    if (name.equals(MEDIA) || name.endsWith(SEPARATOR + MEDIA)) {
      media.add(name.substring(0, name.length() - MEDIA.length()));
    } else if (name.equals(TIMESTAMP) && value instanceof Number number) {
      seconds = number.doubleValue();
    } else if (name.isEmpty() || value instanceof String text && text.isEmpty()) {
      return;
    } else {
      values.put(name, value instanceof String text ? nonfinite(text) : value);
    }
  }

  /** Old clients quote what JSON has no number for. */
  private static Object nonfinite(String text) {
    return switch (text) {
      case "NaN" -> Double.NaN;
      case "Infinity" -> Double.POSITIVE_INFINITY;
      case "-Infinity" -> Double.NEGATIVE_INFINITY;
      default -> text;
    };
  }

  private boolean isOfMedia(String name) {
    for (String prefix : media) {
      if (name.startsWith(prefix)) {
        return true;
      }
    }
    return false;
  }
}
