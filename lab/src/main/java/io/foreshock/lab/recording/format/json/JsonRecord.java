// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording.format.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.type.TypeReference;
import io.foreshock.lab.recording.format.FieldRole;
import io.foreshock.lab.recording.format.LogRecord;
import io.foreshock.predictors.telemetry.NameTable;
import io.foreshock.predictors.telemetry.NumberText;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * Fills a record from a JSON object.
 *
 * <p><b>Definition.</b> The name of a nested value is the names on the way to it, joined by {@code
 * /}. An object that is only an envelope, such as {@code data} or {@code metrics}, gives no name.
 * Truth values are left out, and so are lists, except a list of one number. A text that is a number
 * is one.
 *
 * <p><b>Threads.</b> Not safe.
 */
final class JsonRecord {
  private static final int MOST_REMEMBERED = 4096;
  private static final TypeReference<Map<String, Object>> SETTINGS = new TypeReference<>() {};

  private final NameTable names;
  private final LogRecord record;

  /** By the name of the object around them, so that a name is put together once. */
  private final Map<String, Map<String, Name>> known = new HashMap<>();

  private int remembered;
  private boolean enveloped;

  /** The whole name of a value, and its role. */
  private record Name(String whole, FieldRole role) {}

  JsonRecord(NameTable names) {
    this.names = names;
    this.record = new LogRecord(names);
  }

  /** The record, which the next {@link #fill} empties. */
  LogRecord record() {
    return record;
  }

  /** Begins a record and fills it from the object whose opening brace the parser has read. */
  void fill(JsonParser json) throws IOException {
    record.begin();
    enveloped = false;
    object(json, "");
  }

  private void object(JsonParser json, String prefix) throws IOException {
    Map<String, Name> known = this.known.computeIfAbsent(prefix, p -> new HashMap<>());
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String key = json.currentName();
      Name name = known.get(key);
      if (name == null) {
        name = name(prefix, key);
        if (++remembered <= MOST_REMEMBERED) {
          known.put(key, name);
        }
      }
      value(json, json.nextToken(), name);
    }
  }

  private Name name(String prefix, String key) {
    String whole = prefix + key;
    return new Name(
        whole, prefix.isEmpty() ? FieldRole.of(whole, names) : FieldRole.ofNested(whole, names));
  }

  private void value(JsonParser json, JsonToken token, Name name) throws IOException {
    if (enveloped && token.isScalarValue() && record.has(name.whole)) {
      return; // the envelope repeats what stands beside it
    }
    switch (token) {
      case START_OBJECT -> nested(json, name);
      case START_ARRAY -> list(json, name);
      case VALUE_STRING -> text(json.getText(), name);
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(json, name);
      case VALUE_NULL -> record.missing(name.whole, name.role);
      default -> {}
    }
  }

  private void nested(JsonParser json, Name name) throws IOException {
    switch (name.role) {
      case SETTINGS -> record.settings(json.readValueAs(SETTINGS));
      case ENVELOPE -> {
        enveloped = true;
        object(json, "");
      }
      default -> object(json, name.whole + "/");
    }
  }

  private void list(JsonParser json, Name name) throws IOException {
    JsonToken first = json.nextToken();
    if (first == JsonToken.VALUE_NUMBER_INT || first == JsonToken.VALUE_NUMBER_FLOAT) {
      double value = json.getDoubleValue();
      first = json.nextToken();
      if (first == JsonToken.END_ARRAY) {
        record.number(name.whole, name.role, value);
      }
    }
    for (JsonToken token = first; token != JsonToken.END_ARRAY; token = json.nextToken()) {
      json.skipChildren();
    }
  }

  private void number(JsonParser json, Name name) throws IOException {
    if (json.currentToken() == JsonToken.VALUE_NUMBER_INT
        && json.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
      record.integer(name.whole, name.role, json.getLongValue());
    } else {
      record.number(name.whole, name.role, json.getDoubleValue());
    }
  }

  private void text(String text, Name name) {
    Double number = name.role != FieldRole.RUN && mayBeNumber(text) ? NumberText.of(text) : null;
    if (number == null) {
      record.text(name.whole, name.role, text);
    } else if (number == Math.rint(number) && Math.abs(number) < 1L << 53 && isWhole(text)) {
      record.integer(name.whole, name.role, number.longValue());
    } else {
      record.number(name.whole, name.role, number);
    }
  }

  private static boolean isWhole(String text) {
    return text.chars().allMatch(c -> Character.isDigit(c) || c == '-');
  }

  private static boolean mayBeNumber(String text) {
    return !text.isEmpty()
        && text.length() < 40
        && (Character.isDigit(text.charAt(0)) || "+-.nNiIf ".indexOf(text.charAt(0)) >= 0);
  }
}
