// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.report;

import java.util.Locale;

/** Numbers as people read them. */
final class Figures {
  private Figures() {}

  /** Four significant digits; "not finite" where there is no number. */
  static String number(double value) {
    if (!Double.isFinite(value)) {
      return "not finite";
    }
    double size = Math.abs(value);
    if (size != 0 && (size < 1e-3 || size >= 1e5)) {
      return String.format(Locale.ROOT, "%.3g", value);
    }
    int decimals = size == 0 ? 0 : Math.max(0, 3 - (int) Math.floor(Math.log10(size)));
    return String.format(Locale.ROOT, "%." + decimals + "f", value);
  }

  /** A whole number, thousands set apart. */
  static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** "1 step", "2 steps". */
  static String steps(long value) {
    return count(value) + (value == 1 ? " step" : " steps");
  }
}
