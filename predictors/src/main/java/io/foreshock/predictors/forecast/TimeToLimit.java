// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.forecast;

import io.foreshock.predictors.stats.State;
import io.foreshock.predictors.stats.Trend;
import io.foreshock.predictors.stats.Window;

/**
 * Extrapolates one positive signal exponentially to a limit, with an interval.
 *
 * <p><b>Definition.</b> With y = ± ln(value) (minus when falling) over a stretch of samples: slope
 * b ± e through all of them, b₁ through the older half, b₂ through the newer half. The
 * extrapolation uses the smaller of b and b₂, so growth that slows down gets a longer ETA: ETA =
 * (ln limit − y_end) / min(b, b₂), its 80 % interval from that slope ± 1.28 e.
 *
 * <p><b>Cost.</b> O(stretch) a fit, small unless the signal moves; no allocation. <b>Source.</b>
 * Our own; that logits grow exponentially before a divergence, and the limit 1e4: Wortsman et al.
 * 2023, §3.3.
 */
public final class TimeToLimit {
  /** Two-sided 80 % of a normal distribution. */
  private static final double QUANTILE_80 = 1.2816;

  private final double limit;
  private final int sign;
  private final double leastMove;
  private final double leastLevel;
  private long span;
  private double slope;
  private double slopeError = Double.POSITIVE_INFINITY;
  private double older;
  private double newer;
  private double end = Double.NaN;

  /** A trend that is always fitted. */
  public TimeToLimit(double limit, boolean rising) {
    this(limit, rising, 0, rising ? 0 : Double.POSITIVE_INFINITY);
  }

  /**
   * A trend that is fitted only when it matters, so that a healthy run costs little. Otherwise the
   * slope is the one between the means of the oldest and the newest quarter, and its error is
   * infinite.
   *
   * @param limit value at which the signal is out of bounds, above 0
   * @param rising whether the limit is reached from below
   * @param leastMove difference between those means below which nothing is fitted
   * @param leastLevel level before which nothing is fitted
   */
  public TimeToLimit(double limit, boolean rising, double leastMove, double leastLevel) {
    this.sign = rising ? 1 : -1;
    this.limit = sign * Math.log(limit);
    this.leastMove = leastMove;
    this.leastLevel = sign * Math.log(leastLevel);
  }

  /**
   * Converts a value to what a {@link Window} must hold for {@link #fit}: ± ln(value), which rises
   * to the limit.
   */
  public double logarithm(double value) {
    return sign * Math.log(value);
  }

  /** Fits samples {@code from} to {@code to − 1}; {@code trend} is used as scratch. */
  public void fit(Window window, int from, int to, Trend trend) {
    span = window.step(to - 1) - window.step(from);
    int quarter = Math.max(1, (to - from) / 4);
    double tail = window.sum(to - quarter, to) / quarter;
    double moved = tail - window.sum(from, from + quarter) / quarter;
    // a line's end lies a sixth of that difference above the newest quarter's mean
    if (moved < leastMove || tail + moved / 4 < leastLevel) {
      unfitted(moved / Math.max(1, 0.75 * span), tail);
      return;
    }
    trend.fit(window, from, to);
    slope = trend.slope();
    slopeError = trend.slopeError();
    older = trend.olderSlope();
    newer = trend.newerSlope();
    end = trend.end();
  }

  /** Takes the mean of samples {@code from} to {@code to − 1} as the level, without any slope. */
  public void level(Window window, int from, int to) {
    span = window.step(to - 1) - window.step(from);
    unfitted(0, window.sum(from, to) / (to - from));
  }

  private void unfitted(double roughSlope, double level) {
    slope = roughSlope;
    slopeError = Double.POSITIVE_INFINITY;
    older = slope;
    newer = slope;
    end = level;
  }

  /** Removes the fit; {@link #ready()} is false until the next one. */
  public void forget() {
    end = Double.NaN;
  }

  /** Whether there is a fit. */
  public boolean ready() {
    return !Double.isNaN(end);
  }

  /** Slope in standard errors. */
  public double certainty() {
    return slope / slopeError;
  }

  /** How far the logarithm has moved towards the limit over the stretch. */
  public double move() {
    return slope * span;
  }

  /** Newer half's slope over the older half's: below 1 the growth slows down. */
  public double acceleration() {
    return older > 0 ? newer / older : newer > 0 ? Double.POSITIVE_INFINITY : 0;
  }

  /** Steps until the limit; 0 when it is passed, infinite when the signal does not approach it. */
  public double eta() {
    return eta(Math.min(slope, newer));
  }

  /** Early end of the ETA's interval. */
  public double etaLow() {
    return eta(Math.max(slope, newer) + QUANTILE_80 * slopeError);
  }

  /** Late end of the ETA's interval. */
  public double etaHigh() {
    return eta(Math.min(slope, newer) - QUANTILE_80 * slopeError);
  }

  /** The trend's value at the newest sample. */
  public double level() {
    return Math.exp(sign * end);
  }

  /** Number of steps that the fit covers. */
  public long span() {
    return span;
  }

  /** Relative growth per step; meaningful when the limit is reached from below. */
  public double growthPerStep() {
    return Math.expm1(slope);
  }

  /** Factor per 100 steps towards the limit. */
  public double factorPer100() {
    return Math.exp(100 * slope);
  }

  /** Saves or restores the fit. */
  public void exchange(State state) {
    span = state.integer(span);
    slope = state.real(slope);
    slopeError = state.real(slopeError);
    older = state.real(older);
    newer = state.real(newer);
    end = state.real(end);
  }

  private double eta(double rate) {
    if (end >= limit) {
      return 0;
    }
    return rate > 0 ? (limit - end) / rate : Double.POSITIVE_INFINITY;
  }
}
