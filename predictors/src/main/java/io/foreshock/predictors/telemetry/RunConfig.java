// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.telemetry;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The configuration that a run announced. Every field is optional. Fields outside the contract are
 * kept and shown, but never interpreted.
 *
 * <p><b>Edges.</b> At most {@value #MAX_FIELDS} fields, and texts are cut to {@value #MAX_TEXT}
 * characters. The store has the rest.
 *
 * <p><b>Threads.</b> Immutable.
 *
 * @param fields by wire name; a value is a {@link Long}, {@link Double}, {@link Boolean} or {@link
 *     String}
 */
public record RunConfig(Map<String, Object> fields) {
  private static final int MAX_FIELDS = 200;
  private static final int MAX_TEXT = 1000;

  /** Nothing announced. */
  public static final RunConfig EMPTY = new RunConfig(Map.of());

  public RunConfig {
    Map<String, Object> bounded = new LinkedHashMap<>();
    for (Map.Entry<String, Object> field : fields.entrySet()) {
      // fields of the contract are always kept
      if (bounded.size() < MAX_FIELDS || ConfigField.of(field.getKey()) != null) {
        bounded.put(field.getKey(), cut(field.getValue()));
      }
    }
    fields = Collections.unmodifiableMap(bounded);
  }

  /** A numeric field; empty when absent, not a number, or not finite. */
  public OptionalDouble number(ConfigField field) {
    return number(field.wireName());
  }

  /** A variant as a number; empty when absent, not a number, or not finite. */
  public OptionalDouble number(VariantField field) {
    return number(field.wireName());
  }

  /** A text field; empty when absent or of another type. */
  public Optional<String> text(ConfigField field) {
    return fields.get(field.wireName()) instanceof String text
        ? Optional.of(text)
        : Optional.empty();
  }

  /** A boolean field; empty when absent or of another type. */
  public Optional<Boolean> flag(ConfigField field) {
    return fields.get(field.wireName()) instanceof Boolean flag
        ? Optional.of(flag)
        : Optional.empty();
  }

  /** Its labels, which the field {@code tags} holds between commas. */
  public List<String> tags() {
    return fields.get("tags") instanceof String text
        ? Arrays.stream(text.split(",")).map(String::strip).filter(t -> !t.isEmpty()).toList()
        : List.of();
  }

  /** The free text about it, which the field {@code notes} holds; empty when absent. */
  public String notes() {
    return fields.get("notes") instanceof String text ? text : "";
  }

  /** Returns this configuration with the fields of a newer one added or replaced. */
  public RunConfig with(RunConfig newer) {
    Map<String, Object> merged = new LinkedHashMap<>(fields);
    merged.putAll(newer.fields);
    return new RunConfig(merged);
  }

  private OptionalDouble number(String name) {
    return fields.get(name) instanceof Number number && Double.isFinite(number.doubleValue())
        ? OptionalDouble.of(number.doubleValue())
        : OptionalDouble.empty();
  }

  private static Object cut(Object value) {
    return value instanceof String text && text.length() > MAX_TEXT
        ? text.substring(0, MAX_TEXT) + "…"
        : value;
  }
}
