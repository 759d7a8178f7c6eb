// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling;

import java.util.function.DoubleUnaryOperator;

/**
 * Where a quantity reaches its limit as a size or a rate grows.
 *
 * @param side whether it does within what was searched
 * @param at where; NaN unless {@code WITHIN}
 * @param low lower end of the interval, where the edge of the prediction's 95 % band that is nearer
 *     to the limit reaches it; 0 when that is below what was searched, NaN when there is no band
 * @param high upper end, of the farther edge; infinite when that is beyond what was searched
 * @param searchedFrom lower end of what was searched
 * @param searchedTo its upper end
 * @param decadesOutside how far {@code at} lies outside of what was fitted, in powers of ten; 0
 *     within, NaN without {@code at}
 */
public record Crossing(
    Side side,
    double at,
    double low,
    double high,
    double searchedFrom,
    double searchedTo,
    double decadesOutside) {

  /** On which side of what was searched the limit is reached. */
  public enum Side {
    /** It is passed at the lower end already. */
    BELOW,
    /** At {@link Crossing#at}. */
    WITHIN,
    /** It is not reached. */
    ABOVE
  }

  private static final double STEP = 0.01;
  private static final int HALVINGS = 50;

  /** A range in powers of ten. */
  record Range(double from, double to) {
    Range widened(double decades) {
      return new Range(from - decades, to + decades);
    }

    /** How far x lies outside. */
    double outside(double x) {
      return Math.max(0, Math.max(from - x, x - to));
    }
  }

  /** A curve and its band over a logarithmic axis, all less the limit. */
  record Excess(
      DoubleUnaryOperator nearer, DoubleUnaryOperator value, DoubleUnaryOperator farther) {}

  /**
   * The first place from {@code fitted.from} on where the excess becomes positive; where it is
   * positive there already, the last such place below.
   */
  static Crossing of(Excess excess, Range fitted, Range searched) {
    double at = first(excess.value, fitted, searched);
    double low = first(excess.nearer, fitted, searched);
    double high = first(excess.farther, fitted, searched);
    Side side =
        at == Double.NEGATIVE_INFINITY
            ? Side.BELOW
            : at == Double.POSITIVE_INFINITY ? Side.ABOVE : Side.WITHIN;
    boolean within = side == Side.WITHIN;
    return new Crossing(
        side,
        within ? Math.pow(10, at) : Double.NaN,
        Math.pow(10, low),
        Math.pow(10, high),
        Math.pow(10, searched.from),
        Math.pow(10, searched.to),
        within ? fitted.outside(at) : Double.NaN);
  }

  /** ∓∞ when it is below or above what is searched; NaN when f is. */
  private static double first(DoubleUnaryOperator f, Range fitted, Range searched) {
    double start = f.applyAsDouble(fitted.from);
    if (Double.isNaN(start)) {
      return Double.NaN;
    }
    boolean down = start > 0;
    double end = down ? searched.from : searched.to;
    int steps = (int) Math.ceil(Math.abs(end - fitted.from) / STEP);
    double before = fitted.from;
    for (int i = 1; i <= steps; i++) {
      double x = fitted.from + (end - fitted.from) * i / steps;
      if (f.applyAsDouble(x) > 0 != down) {
        return down ? bisect(f, x, before) : bisect(f, before, x);
      }
      before = x;
    }
    return down ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
  }

  /** f(from) ≤ 0 < f(to). */
  private static double bisect(DoubleUnaryOperator f, double from, double to) {
    double low = from;
    double high = to;
    for (int i = 0; i < HALVINGS; i++) {
      double middle = (low + high) / 2;
      if (f.applyAsDouble(middle) > 0) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return high;
  }
}
