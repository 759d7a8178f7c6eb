// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.telemetry;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a run announced of itself. Every field is optional, and fields beyond the contract are kept:
 * they are shown, never interpreted.
 *
 * <p><b>Threads.</b> Immutable.
 *
 * @param fields by wire name; a value is a {@link Long}, {@link Double}, {@link Boolean} or {@link
 *     String}
 */
public record RunConfig(Map<String, Object> fields) {
  /** Nothing announced. */
  public static final RunConfig EMPTY = new RunConfig(Map.of());

  public RunConfig {
    fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
  }

  /** A numeric field; empty when absent, not a number, or not finite. */
  public OptionalDouble number(ConfigField field) {
    return fields.get(field.wireName()) instanceof Number number
            && Double.isFinite(number.doubleValue())
        ? OptionalDouble.of(number.doubleValue())
        : OptionalDouble.empty();
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

  /** This configuration with another one's fields laid over it. */
  public RunConfig with(RunConfig newer) {
    Map<String, Object> merged = new LinkedHashMap<>(fields);
    merged.putAll(newer.fields);
    return new RunConfig(merged);
  }
}
