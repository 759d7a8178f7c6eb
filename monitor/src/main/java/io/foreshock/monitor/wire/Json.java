// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.wire;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** JSON as the API and the journal write it: snake_case names, finite numbers, ISO-8601 times. */
public final class Json {
  /** The shared mapper. Safe from any thread. */
  public static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER) // answers are mostly numbers
          .build();

  private static final TypeReference<LinkedHashMap<String, Object>> VALUES =
      new TypeReference<>() {};

  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private Json() {}

  /** Creates an empty object. */
  public static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /** A list of these things in the form that {@code form} gives each. */
  public static <T> ArrayNode array(Collection<T> of, Function<T, ObjectNode> form) {
    ArrayNode array = MAPPER.createArrayNode();
    of.forEach(one -> array.add(form.apply(one)));
    return array;
  }

  /** The value as UTF-8. */
  public static byte[] bytes(Object value) {
    return text(value).getBytes(StandardCharsets.UTF_8);
  }

  /** The value as one line of text. */
  public static String text(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("no JSON form: " + value.getClass().getName(), e);
    }
  }

  /**
   * Reads a value that this program wrote.
   *
   * @throws IllegalArgumentException when the bytes are not that value
   */
  public static <T> T read(byte[] bytes, Class<T> type) {
    try {
      return MAPPER.readValue(bytes, type);
    } catch (IOException e) {
      throw new IllegalArgumentException("not a " + type.getSimpleName() + " in JSON", e);
    }
  }

  /** Reads a tree that this program wrote. */
  public static JsonNode tree(String text) {
    try {
      return MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not JSON: " + text, e);
    }
  }

  /**
   * An object's values by name: texts, numbers, booleans, lists and maps of these.
   *
   * @return empty when the node is missing or null
   * @throws IllegalArgumentException when the node is something else
   */
  public static Map<String, Object> values(JsonNode object) {
    if (object.isMissingNode() || object.isNull()) {
      return Map.of();
    }
    return MAPPER.convertValue(object, VALUES);
  }

  /** The number; null when it is NaN or infinite, which JSON cannot express. */
  public static @Nullable Double finite(double value) {
    return Double.isFinite(value) ? value : null;
  }

  /** Nanoseconds since the epoch as ISO-8601 in UTC. */
  public static String time(long nanos) {
    return Instant.ofEpochSecond(
            Math.floorDiv(nanos, NANOS_PER_SECOND), Math.floorMod(nanos, NANOS_PER_SECOND))
        .toString();
  }
}
