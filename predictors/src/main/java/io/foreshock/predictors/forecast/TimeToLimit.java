// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.forecast;

import io.foreshock.predictors.online.State;
import io.foreshock.predictors.stats.Trend;
import io.foreshock.predictors.stats.Window;

/**
 * Extrapolates one positive signal exponentially towards a limit, and says how far to believe it.
 *
 * <p><b>Definition.</b> With y = ± ln(value) (minus when falling) over the recent stretch (the
 * newest {@value #WINDOW} samples; of a sparse log no more than {@value #STRETCH_STEPS} steps, but
 * {@value #MIN_SPARSE} samples): slope b ± e through all of them, b₁ through the older half, b₂
 * through the newer half. The extrapolation uses the smaller of b and b₂, so growth that slows down
 * is met with a longer ETA: ETA = (ln limit − y_end) / min(b, b₂), its 80 % interval from that
 * slope ± 1.28 e.
 *
 * <p><b>Edges.</b> No ETA before {@value #MIN_SAMPLES} samples, or {@value #MIN_SPARSE} that cover
 * {@value #STRETCH_STEPS} steps. <b>Cost.</b> O(window) every {@value #REFIT_STEPS} steps, else
 * O(1); {@value #WINDOW} · 16 bytes of state. <b>Source.</b> Our own; that logits grow
 * exponentially on the way out, and the limit 1e4: Wortsman et al. 2023, §3.3.
 */
public final class TimeToLimit {
  /** Long enough to tell a trend from batch noise, short enough to follow a ramp. */
  public static final int WINDOW = 64;

  private static final int MIN_SAMPLES = 24;
  private static final int MIN_SPARSE = 12;
  private static final int STRETCH_STEPS = 160;
  private static final int REFIT_STEPS = 4;

  /** Two-sided 80 % of a normal distribution. */
  private static final double QUANTILE_80 = 1.2816;

  private final Window window = new Window(WINDOW);
  private final double limit;
  private final int sign;
  private long fittedStep = Long.MIN_VALUE / 2;
  private long span;
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

  /** Takes a value above 0. */
  public void add(long step, double value, Trend trend) {
    window.add(step, sign * Math.log(value));
    int size = window.size();
    if (step - fittedStep < REFIT_STEPS) {
      return;
    }
    int from = stretch(step, size);
    if (from < 0) {
      return;
    }
    fittedStep = step;
    span = step - window.step(from);
    int middle = (from + size) / 2;
    older = trend.fit(window, from, middle).slope();
    newer = trend.fit(window, middle, size).slope();
    trend.fit(window, from, size);
    slope = trend.slope();
    slopeError = trend.slopeError();
    end = trend.end();
  }

  /** Whether there is a trend to speak of. */
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

  /** Steps that the fit covers: how far back the trend has been seen. */
  public long span() {
    return span;
  }

  /** Factor per 100 steps towards the limit. */
  public double factorPer100() {
    return Math.exp(100 * slope);
  }

  public void exchange(State state) {
    window.exchange(state);
    fittedStep = state.integer(fittedStep);
    span = state.integer(span);
    slope = state.real(slope);
    slopeError = state.real(slopeError);
    older = state.real(older);
    newer = state.real(newer);
    end = state.real(end);
  }

  /** Index of the stretch's first sample; negative while there are too few. */
  private int stretch(long step, int size) {
    if (size >= MIN_SAMPLES && step - window.step(size - MIN_SAMPLES) < STRETCH_STEPS) {
      return 0;
    }
    int from = size - MIN_SPARSE;
    while (from > 0 && step - window.step(from - 1) <= STRETCH_STEPS) {
      from--;
    }
    return from >= 0 && step - window.step(from) >= STRETCH_STEPS / 2 ? from : -1;
  }

  private double eta(double rate) {
    if (end >= limit) {
      return 0;
    }
    return rate > 0 ? (limit - end) / rate : Double.POSITIVE_INFINITY;
  }
}
