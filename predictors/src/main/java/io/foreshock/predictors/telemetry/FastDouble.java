// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.telemetry;

import java.nio.charset.StandardCharsets;

/**
 * Reads a decimal number from bytes, exactly as {@link Double#parseDouble} would.
 *
 * <p>When the digits fit 53 bits and the power of ten is at most 22, both are exact doubles and one
 * multiplication or division rounds correctly (Clinger 1990). The JDK reads everything else.
 */
public final class FastDouble {
  private static final double[] POWERS_OF_TEN = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22
  };
  private static final long MAX_EXACT = 1L << 53;

  private FastDouble() {}

  /**
   * Returns the number in {@code bytes[from, to)}, which is not empty: NaN when there is none, ±∞
   * on overflow.
   */
  public static double parse(byte[] bytes, int from, int to) {
    int i = from;
    boolean negative = bytes[i] == '-';
    if (negative || bytes[i] == '+') {
      i++;
    }
    long digits = 0;
    int digitCount = 0;
    int scale = 0;
    boolean fraction = false;
    for (; i < to; i++) {
      byte b = bytes[i];
      if (b >= '0' && b <= '9') {
        digits = digits * 10 + (b - '0');
        digitCount++;
        scale -= fraction ? 1 : 0;
      } else if (b == '.' && !fraction) {
        fraction = true;
      } else {
        break;
      }
    }
    if (digitCount == 0 || digitCount > 18) {
      return slow(bytes, from, to, digitCount);
    }
    if (i < to) {
      int exponent = exponent(bytes, i, to);
      if (exponent == Integer.MIN_VALUE) {
        return slow(bytes, from, to, 0);
      }
      scale += exponent;
    }
    if (digits > MAX_EXACT || scale > 22 || scale < -22) {
      return slow(bytes, from, to, digitCount);
    }
    double value = scale < 0 ? digits / POWERS_OF_TEN[-scale] : digits * POWERS_OF_TEN[scale];
    return negative ? -value : value;
  }

  /** Returns the exponent written at {@code i}; MIN_VALUE unless it has one to three digits. */
  private static int exponent(byte[] bytes, int i, int to) {
    if (bytes[i] != 'e' && bytes[i] != 'E') {
      return Integer.MIN_VALUE;
    }
    i++;
    boolean negative = i < to && bytes[i] == '-';
    if (i < to && (bytes[i] == '-' || bytes[i] == '+')) {
      i++;
    }
    if (i == to || to - i > 3) {
      return Integer.MIN_VALUE;
    }
    int exponent = 0;
    for (; i < to; i++) {
      int digit = bytes[i] - '0';
      if (digit < 0 || digit > 9) {
        return Integer.MIN_VALUE;
      }
      exponent = exponent * 10 + digit;
    }
    return negative ? -exponent : exponent;
  }

  private static double slow(byte[] bytes, int from, int to, int digitCount) {
    for (int i = from; i < to; i++) {
      byte b = bytes[i];
      boolean numeric =
          (b >= '0' && b <= '9') || b == '.' || b == '-' || b == '+' || b == 'e' || b == 'E';
      if (!numeric) {
        // Java would also accept "1d" and "0x1p3", which the line protocol does not allow
        return Double.NaN;
      }
    }
    if (digitCount == 0 && to - from < 2) {
      return Double.NaN;
    }
    try {
      return Double.parseDouble(new String(bytes, from, to - from, StandardCharsets.US_ASCII));
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }
}
