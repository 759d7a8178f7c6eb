// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.fit;

import java.util.Locale;
import java.util.regex.Pattern;

/** The text of a table's cells. */
final class CellText {
  /** Java would take 1f, 2d and 0x1p3 for numbers too. */
  private static final Pattern NUMBER =
      Pattern.compile("[-+]?(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d+)?");

  private CellText() {}

  /** The number that it says; {@code inf} and {@code nan} are numbers, null is said by others. */
  static Double number(String cell) {
    return switch (cell.toLowerCase(Locale.ROOT)) {
      case "nan" -> Double.NaN;
      case "inf", "+inf", "infinity", "+infinity" -> Double.POSITIVE_INFINITY;
      case "-inf", "-infinity" -> Double.NEGATIVE_INFINITY;
      default -> NUMBER.matcher(cell).matches() ? Double.valueOf(cell) : null;
    };
  }

  /** One spelling of each number; other texts as they are. */
  static String canonical(String cell) {
    Double number = number(cell);
    return number == null ? cell : number.toString();
  }
}
