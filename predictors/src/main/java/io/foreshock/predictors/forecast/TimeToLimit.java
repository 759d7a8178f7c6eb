// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.forecast;

import io.foreshock.predictors.online.State;
import io.foreshock.predictors.stats.Trend;
import io.foreshock.predictors.stats.Window;

/**
 * Extrapolates one positive signal exponentially towards a limit, and says how far to believe it.
 *
 * <p><b>Definition.</b> With y = ± ln(value) (minus when falling) over the last {@value #WINDOW}
 * samples: slope b ± e through all of them, b₁ through the older half, b₂ through the newer half.
 * The extrapolation uses the smaller of b and b₂, so growth that slows down is met with a longer
 * ETA: ETA = (ln limit − y_end) / min(b, b₂), its 80 % interval from that slope ± 1.28 e.
 *
 * <p><b>Edges.</b> No ETA before {@value #MIN_SAMPLES} samples. <b>Cost.</b> O(window) every
 * {@value #REFIT_EVERY}th sample, else O(1); {@value #WINDOW} · 16 bytes of state. <b>Source.</b>
 * Our own; that logits grow exponentially on the way out, and the limit 1e4: Wortsman et al. 2023,
 * §3.3.
 */
public final class TimeToLimit {
  /** Long enough to tell a trend from batch noise, short enough to follow a ramp. */
  public static final int WINDOW = 64;

  public static final int MIN_SAMPLES = 24;
  private static final int REFIT_EVERY = 4;

  /** Two-sided 80 % of a normal distribution. */
  private static final double QUANTILE_80 = 1.2816;

  private final Window window = new Window(WINDOW);
  private final double limit;
  private final int sign;
  private int sinceFit;
  private double slope;
  private double slopeError = Double.POSITIVE_INFINITY;
  private double older;
  private double newer;
  private double end = Double.NaN;

  /**
   * @param limit value at which the signal is out of bounds, above 0
   * @param rising whether it is reached from below
   */
  public TimeToLimit(double limit, boolean rising) {
    this.sign = rising ? 1 : -1;
    this.limit = sign * Math.log(limit);
  }

  /** Takes a value above 0; gives whether the fit is new. */
  public boolean add(long step, double value, Trend trend) {
    window.add(step, sign * Math.log(value));
    if (++sinceFit < REFIT_EVERY || window.size() < MIN_SAMPLES) {
      return false;
    }
    sinceFit = 0;
    int size = window.size();
    trend.fit(window, 0, size / 2);
    older = trend.slope();
    trend.fit(window, size / 2, size);
    newer = trend.slope();
    trend.fit(window, 0, size);
    slope = trend.slope();
    slopeError = trend.slopeError();
    end = trend.end();
    return true;
  }

  /** Whether there is a trend to speak of. */
  public boolean ready() {
    return !Double.isNaN(end);
  }

  /** Slope in standard errors. */
  public double certainty() {
    return slope / slopeError;
  }

  /** How far the logarithm has moved towards the limit over the window. */
  public double move() {
    return slope * window.span();
  }

  /** Newer half's slope over the older half's: below 1 the growth slows down. */
  public double acceleration() {
    return older > 0 ? newer / older : newer > 0 ? Double.POSITIVE_INFINITY : 0;
  }

  /** Steps until the limit; 0 when it is passed, infinite when it is not approached. */
  public double eta() {
    return eta(Math.min(slope, newer));
  }

  public double etaLow() {
    return eta(Math.max(slope, newer) + QUANTILE_80 * slopeError);
  }

  public double etaHigh() {
    return eta(Math.min(slope, newer) - QUANTILE_80 * slopeError);
  }

  /** The trend's value at the newest sample. */
  public double level() {
    return Math.exp(sign * end);
  }

  /** Steps that the window covers: how far back the trend has been seen. */
  public long span() {
    return window.span();
  }

  /** Factor per 100 steps towards the limit. */
  public double factorPer100() {
    return Math.exp(100 * slope);
  }

  public void exchange(State state) {
    window.exchange(state);
    sinceFit = (int) state.integer(sinceFit);
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
