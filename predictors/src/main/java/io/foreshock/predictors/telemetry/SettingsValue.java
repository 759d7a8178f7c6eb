// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.telemetry;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Turns the value of a setting into that of a field of {@code run_config}. */
final class SettingsValue {
  private static final Set<String> SAYS_NOTHING = Set.of("", "none", "null", "auto", "no");

  /** Fields that are never 0. */
  private static final Set<ConfigField> COUNTS =
      Set.of(
          ConfigField.PARAMETERS,
          ConfigField.LAYERS,
          ConfigField.HEADS,
          ConfigField.WIDTH,
          ConfigField.CONTEXT,
          ConfigField.VOCABULARY,
          ConfigField.BATCH_TOKENS,
          ConfigField.TOTAL_STEPS);

  private SettingsValue() {}

  /** Returns the value; null when it cannot be one of the field. */
  static @Nullable Object of(ConfigField field, @Nullable Object value) {
    if (value == null) {
      return null;
    }
    String text = value.toString().strip();
    return switch (field.type()) {
      case INTEGER -> integer(field, value, text);
      case FLOAT -> number(value, text);
      case BOOLEAN -> truth(text);
      case TEXT -> text(field, value, text);
    };
  }

  private static @Nullable Object integer(ConfigField field, Object value, String text) {
    Double number = number(value, text);
    if (number == null || number != Math.rint(number) || number > 1L << 53) {
      return null;
    }
    return number < 1 && COUNTS.contains(field) ? null : (Object) number.longValue();
  }

  private static @Nullable Double number(Object value, String text) {
    Double number = value instanceof Boolean ? null : NumberText.of(text);
    return number != null && Double.isFinite(number) && number >= 0 ? number : null;
  }

  private static @Nullable Boolean truth(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> null;
    };
  }

  private static @Nullable Object text(ConfigField field, Object value, String text) {
    String word = text.toLowerCase(Locale.ROOT);
    if (field == ConfigField.PRECISION) {
      return precision(word);
    }
    if (!(value instanceof String) || SAYS_NOTHING.contains(word)) {
      return null;
    }
    // the last part of a Python class's or enumeration's path
    return field == ConfigField.OPTIMIZER || field == ConfigField.SCHEDULE
        ? text.substring(text.lastIndexOf('.') + 1)
        : text;
  }

  private static @Nullable String precision(String word) {
    return switch (word.replace("torch.", "").replace("jnp.", "")) {
      case "bf16", "bfloat16", "bf16-mixed", "bf16-true", "amp_bf16" -> "bf16";
      case "fp16", "float16", "half", "16", "16-mixed", "16-true", "amp_fp16" -> "float16";
      case "fp32", "float32", "float", "32", "32-true" -> "float32";
      case "tf32" -> "tf32";
      case "fp8" -> "fp8";
      default -> null;
    };
  }
}
