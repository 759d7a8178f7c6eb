// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling;

import java.util.function.DoubleUnaryOperator;

/**
 * The place at which a quantity reaches its limit as the size or the learning rate grows.
 *
 * @param side whether the place is within the searched range
 * @param at the place; NaN unless {@code WITHIN}
 * @param low lower end of the interval: the place at which the nearer edge of the prediction's 95 %
 *     band reaches the limit; 0 when that is below the searched range, NaN when there is no band
 * @param high upper end, for the farther edge; infinite when that is above the searched range
 * @param searchedFrom lower end of the searched range
 * @param searchedTo upper end of the searched range
 * @param decadesOutside distance of {@code at} from the fitted range, in powers of ten; 0 within
 *     it, NaN without {@code at}
 */
public record Crossing(
    Side side,
    double at,
    double low,
    double high,
    double searchedFrom,
    double searchedTo,
    double decadesOutside) {

  /** Position of the place relative to the searched range. */
  public enum Side {
    /** The limit is passed at the lower end already. */
    BELOW,
    /** The limit is reached at {@link Crossing#at}. */
    WITHIN,
    /** The limit is not reached. */
    ABOVE
  }

  private static final double STEP = 0.01;
  private static final int HALVINGS = 50;

  /** A range in powers of ten. */
  record Range(double from, double to) {
    Range widened(double decades) {
      return new Range(from - decades, to + decades);
    }

    /** Distance of x from the range; 0 within it. */
    double outside(double x) {
      return Math.max(0, Math.max(from - x, x - to));
    }
  }

  /** A curve and its band over a logarithmic axis, all minus the limit. */
  record Excess(
      DoubleUnaryOperator nearer, DoubleUnaryOperator value, DoubleUnaryOperator farther) {}

  /**
   * Returns the first place from {@code fitted.from} on where the excess becomes positive; if it is
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

  /** Returns ∓∞ when the place is below or above the searched range; NaN when f is. */
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

  /** Returns the root of f, with f(from) ≤ 0 < f(to). */
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
