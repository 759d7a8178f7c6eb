// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.telemetry;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads a number that a program wrote as a text, such as {@code "4.94"} or {@code "NaN"}.
 *
 * <p><b>Definition.</b> A decimal number as the line protocol has it, or NaN or infinity as a
 * program writes it, in any case and with any sign: {@code nan}, {@code inf} and {@code infinity};
 * {@code 1.#QNAN}, {@code 1.#IND} and {@code 1.#INF} of Windows; {@code float('nan')} of Python.
 * Blanks around it do not count.
 *
 * <p><b>Threads.</b> Safe.
 */
public final class NumberText {
  private static final Pattern PYTHON =
      Pattern.compile("(?:np\\.)?float\\w*\\(['\"]?(.*?)['\"]?\\)");

  private NumberText() {}

  /** Returns the number, which may be NaN or infinite; null when the text is none. */
  public static @Nullable Double of(String text) {
    String trimmed = text.strip();
    return trimmed.isEmpty() ? null : signed(trimmed);
  }

  private static @Nullable Double signed(String trimmed) {
    boolean negative = trimmed.startsWith("-");
    String word = negative || trimmed.startsWith("+") ? trimmed.substring(1) : trimmed;
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "nan", "1.#qnan", "1.#snan", "1.#ind", "nan(ind)", "nan(snan)" -> Double.NaN;
      case "inf", "infinity", "1.#inf" ->
          negative ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
      default -> word.startsWith("1.#") ? windows(word, negative) : decimal(trimmed);
    };
  }

  /** Zeros may follow, as many as the format asked for. */
  private static @Nullable Double windows(String word, boolean negative) {
    String name = word.replaceFirst("0+$", "");
    return name.equals(word) ? null : signed(negative ? "-" + name : name);
  }

  private static @Nullable Double decimal(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    double number = FastDouble.parse(bytes, 0, bytes.length);
    if (!Double.isNaN(number)) {
      return number;
    }
    if (!text.endsWith(")")) {
      return null;
    }
    Matcher python = PYTHON.matcher(text);
    return python.matches() && !python.group(1).contains("(") ? of(python.group(1)) : null;
  }
}
