// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.fit;

import java.util.Locale;

/** Numbers as people read them, and as programs do. */
final class Figure {
  /** What stands where there is no number. */
  static final String NONE = "–";

  private Figure() {}

  /** Four significant digits. */
  static String of(double value) {
    if (Double.isNaN(value)) {
      return NONE;
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "∞" : "−∞";
    }
    double size = Math.abs(value);
    if (size != 0 && (size < 1e-3 || size >= 1e5)) {
      return String.format(Locale.ROOT, "%.3e", value)
          .replaceAll("\\.?0*e([+-])0*", "e$1")
          .replace("e+", "e");
    }
    int decimals = size == 0 ? 0 : Math.max(0, 3 - (int) Math.floor(Math.log10(size)));
    String text = String.format(Locale.ROOT, "%." + decimals + "f", value);
    return text.contains(".") ? text.replaceAll("\\.?0+$", "") : text;
  }

  /** "low to high"; an end of 0 or infinity is open, a whole interval there is none. */
  static String interval(double low, double high) {
    if (Double.isNaN(low) || Double.isNaN(high)) {
      return NONE;
    }
    boolean fromBelow = low == 0;
    boolean toAbove = Double.isInfinite(high);
    if (high == 0 || Double.isInfinite(low)) {
      return NONE;
    }
    if (fromBelow && toAbove) {
      return "open";
    }
    return fromBelow
        ? "up to " + of(high)
        : toAbove ? "from " + of(low) : of(low) + " to " + of(high);
  }

  /** All digits; empty where there is no number. */
  static String exact(double value) {
    return Double.isFinite(value) ? String.valueOf(value) : "";
  }
}
