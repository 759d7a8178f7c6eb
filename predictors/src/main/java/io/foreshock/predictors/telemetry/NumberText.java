// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.telemetry;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads a number that a client wrote as a text, such as {@code "4.94"} or {@code "NaN"}.
 *
 * <p><b>Definition.</b> A decimal number as the line protocol has it, or {@code nan}, {@code inf}
 * or {@code infinity} in any case and with any sign; blanks around it do not count.
 */
final class NumberText {
  private NumberText() {}

  /** Returns the number, which may be NaN or infinite; null when the text is none. */
  static @Nullable Double of(String text) {
    String trimmed = text.strip();
    if (trimmed.isEmpty()) {
      return null;
    }
    boolean negative = trimmed.startsWith("-");
    String word = negative || trimmed.startsWith("+") ? trimmed.substring(1) : trimmed;
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "nan" -> Double.NaN;
      case "inf", "infinity" -> negative ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
      default -> decimal(trimmed);
    };
  }

  private static @Nullable Double decimal(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    double number = FastDouble.parse(bytes, 0, bytes.length);
    return Double.isNaN(number) ? null : number;
  }
}
