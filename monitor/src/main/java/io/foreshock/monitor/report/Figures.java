// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.report;

import java.util.Locale;

/** Formats numbers for people and for programs. */
public final class Figures {
  /** The text for a missing number. */
  public static final String NONE = "–";

  private Figures() {}

  /** Four significant digits without trailing zeros; {@link #NONE} for NaN. */
  public static String number(double value) {
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

  /** A measured number; "not finite" for NaN and infinity. */
  public static String measured(double value) {
    return Double.isFinite(value) ? number(value) : "not finite";
  }

  /** A fixed number of decimals, for columns that are compared; {@link #NONE} for NaN. */
  public static String fixed(double value, int decimals) {
    return Double.isNaN(value) ? NONE : String.format(Locale.ROOT, "%." + decimals + "f", value);
  }

  /** A share as a percentage; {@link #NONE} for NaN. */
  public static String percent(double share, int decimals) {
    return Double.isNaN(share) ? NONE : fixed(100 * share, decimals) + " %";
  }

  /** A whole number with separators for thousands. */
  public static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** "1 step", "2 steps". */
  public static String steps(long value) {
    return count(value) + (value == 1 ? " step" : " steps");
  }

  /**
   * "low to high", "up to high" if low is 0, "from low" if high is infinite, "open" if both are;
   * {@link #NONE} if there is no interval.
   */
  public static String interval(double low, double high) {
    if (Double.isNaN(low) || Double.isNaN(high) || high == 0 || Double.isInfinite(low)) {
      return NONE;
    }
    if (Double.isInfinite(high)) {
      return low == 0 ? "open" : "from " + number(low);
    }
    return low == 0 ? "up to " + number(high) : number(low) + " to " + number(high);
  }

  /** All digits, for programs; empty where there is no finite number. */
  public static String exact(double value) {
    return Double.isFinite(value) ? String.valueOf(value) : "";
  }
}
