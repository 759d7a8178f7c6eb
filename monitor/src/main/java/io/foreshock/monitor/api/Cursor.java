// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.foreshock.monitor.wire.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The place of a run or an incident in an ordered list: the values by which the list is ordered,
 * then the name.
 *
 * @param values numbers, booleans or texts; null where there is none
 */
record Cursor(List<@Nullable Object> values, String name) {
  /**
   * Reads a place from a text that {@link #text} made.
   *
   * @param count number of values
   * @throws IllegalArgumentException when the text is no such place
   */
  static Cursor of(String text, int count) {
    try {
      JsonNode json =
          Json.tree(new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8));
      if (json.isArray() && json.size() == count + 1 && json.get(count).isTextual()) {
        List<@Nullable Object> values = new ArrayList<>();
        for (int i = 0; i < count; i++) {
          values.add(value(json.get(i)));
        }
        return new Cursor(values, json.get(count).asText());
      }
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(expected(text), e);
    }
    throw new IllegalArgumentException(expected(text));
  }

  /** The place as a text for URLs. */
  String text() {
    ArrayNode json = Json.MAPPER.createArrayNode();
    values.forEach(value -> json.add(Json.MAPPER.<JsonNode>valueToTree(value)));
    byte[] plain = Json.bytes(json.add(name));
    return Base64.getUrlEncoder().withoutPadding().encodeToString(plain);
  }

  private static @Nullable Object value(JsonNode json) {
    if (json.isNumber()) {
      return json.canConvertToLong() && json.isIntegralNumber()
          ? (Object) json.longValue()
          : (Object) json.doubleValue();
    }
    return json.isBoolean()
        ? (Object) json.booleanValue()
        : json.isTextual() ? json.asText() : null;
  }

  private static String expected(String text) {
    return "after = '"
        + text
        + "': expected the value in the Link header of the previous page, in the same order";
  }
}
