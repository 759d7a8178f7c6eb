// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.fit;

import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the texts of a table's cells. */
final class CellText {
  /** Stricter than Java's own parser, which also accepts 1f, 2d and 0x1p3. */
  private static final Pattern NUMBER =
      Pattern.compile("[-+]?(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d+)?");

  private CellText() {}

  /** The number in a cell, which may be {@code inf} or {@code nan}; null if it is not a number. */
  static @Nullable Double number(String cell) {
    return switch (cell.toLowerCase(Locale.ROOT)) {
      case "nan" -> Double.NaN;
      case "inf", "+inf", "infinity", "+infinity" -> Double.POSITIVE_INFINITY;
      case "-inf", "-infinity" -> Double.NEGATIVE_INFINITY;
      default -> NUMBER.matcher(cell).matches() ? Double.valueOf(cell) : null;
    };
  }

  /** The same spelling for equal numbers; other texts are unchanged. */
  static String canonical(String cell) {
    Double number = number(cell);
    return number == null ? cell : number.toString();
  }
}
