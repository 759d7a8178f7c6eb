// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.ingest;

import io.foreshock.predictors.telemetry.ConfigField;
import io.foreshock.predictors.telemetry.ConfigField.Type;
import io.foreshock.predictors.telemetry.Settings;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Configurations that other tools send as texts, as fields of {@code run_config}. */
public final class ConfigValues {
  private static final Pattern INTEGER = Pattern.compile("-?[0-9]{1,18}");
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?");

  /** Longer texts are cut, as everywhere in a run's configuration. */
  private static final int MAX_TEXT = 1000;

  private ConfigValues() {}

  /**
   * The fields for some values.
   *
   * <p><b>Definition.</b> A field of the contract has the contract's type. A text that is not of
   * that type, such as {@code learning_rate = auto}, is kept as the field {@code
   * text.learning_rate}. Any other number becomes a float, so that {@code 0} of one run and {@code
   * 0.1} of another have the same type in every store. What other names mean in the contract, such
   * as {@code max_steps}, is added by {@link Settings}.
   */
  public static Map<String, Object> fields(Map<String, String> values) {
    Map<String, Object> fields = new LinkedHashMap<>();
    values.forEach(
        (key, text) -> {
          ConfigField field = ConfigField.of(key);
          Object value = field == null ? any(text) : typed(field.type(), text);
          fields.put(value == null ? "text." + key : key, value == null ? cut(text) : value);
        });
    Settings.of(values).fields().forEach(fields::putIfAbsent);
    return fields;
  }

  private static @Nullable Object typed(Type type, String text) {
    return switch (type) {
      case TEXT -> cut(text);
      case BOOLEAN -> flag(text);
      case FLOAT -> NUMBER.matcher(text).matches() ? (Object) Double.valueOf(text) : null;
      case INTEGER -> integer(text);
    };
  }

  private static @Nullable Object integer(String text) {
    if (INTEGER.matcher(text).matches()) {
      return Long.valueOf(text);
    }
    double number = NUMBER.matcher(text).matches() ? Double.parseDouble(text) : Double.NaN;
    return Math.abs(number) < 1e18 && number == Math.rint(number) ? (Object) (long) number : null;
  }

  private static @Nullable Object flag(String text) {
    return switch (text) {
      case "true", "True" -> Boolean.TRUE;
      case "false", "False" -> Boolean.FALSE;
      default -> null;
    };
  }

  private static Object any(String text) {
    if (NUMBER.matcher(text).matches() && Double.isFinite(Double.parseDouble(text))) {
      return Double.valueOf(text);
    }
    Object flag = flag(text);
    return flag == null ? cut(text) : flag;
  }

  private static String cut(String text) {
    return text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) + "…" : text;
  }
}
