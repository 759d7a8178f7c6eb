// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.stats;

/**
 * Straight line through a stretch of a {@link Window}, with the uncertainty of its slope.
 *
 * <p><b>Definition.</b> Least squares over (t_i, y_i), then once more with Huber weights w_i =
 * min(1, k s / |r_i|), k = 1.5, s = 1.2533 · mean |r_i|, so that a single wild sample weighs
 * little. Slope error: √(Σ w r² / (n − 2) / Σ w (t − t̄)²), enlarged by √((1+ρ)/(1−ρ)) for the
 * residuals' lag-1 correlation ρ in [0, 0.9]: neighbouring steps share parameters and are not
 * independent.
 *
 * <p><b>Edges.</b> Fewer than three samples, or no spread of steps: slope 0 with infinite error.
 *
 * <p><b>Threads.</b> Not safe: refitted in place. <b>Cost.</b> O(n), no allocation. <b>Source.</b>
 * Huber 1964; the correlation factor is the AR(1) effective sample size.
 */
public final class Trend {
  private static final double HUBER = 1.5;
  private static final double MEAN_ABSOLUTE_TO_SIGMA = 1.2533;
  private static final double MAX_CORRELATION = 0.9;

  private double slope;
  private double slopeError;
  private double end;
  private double meanStep;
  private double meanValue;

  /** Fits samples {@code from} to {@code to − 1} of the window. */
  public Trend fit(Window window, int from, int to) {
    if (!leastSquares(window, from, to, Double.POSITIVE_INFINITY)) {
      slope = 0;
      slopeError = Double.POSITIVE_INFINITY;
      end = to > from ? window.value(to - 1) : Double.NaN;
      return this;
    }
    double absolute = 0;
    for (int i = from; i < to; i++) {
      absolute += Math.abs(residual(window, i));
    }
    double sigma = MEAN_ABSOLUTE_TO_SIGMA * absolute / (to - from);
    leastSquares(window, from, to, HUBER * sigma);
    uncertainty(window, from, to, HUBER * sigma);
    end = meanValue + slope * (window.step(to - 1) - meanStep);
    return this;
  }

  /** Change per step. */
  public double slope() {
    return slope;
  }

  /** Standard error of {@link #slope()}; infinite when it is unknown. */
  public double slopeError() {
    return slopeError;
  }

  /** The line's value at the newest sample of the stretch. */
  public double end() {
    return end;
  }

  private boolean leastSquares(Window window, int from, int to, double cut) {
    double weights = 0;
    double steps = 0;
    double values = 0;
    long origin = to - from < 3 ? 0 : window.step(from);
    for (int i = from; i < to; i++) {
      double w = weight(window, i, cut);
      weights += w;
      steps += w * (window.step(i) - origin);
      values += w * window.value(i);
    }
    double centre = steps / weights;
    double mean = values / weights;
    double spread = 0;
    double product = 0;
    for (int i = from; i < to; i++) {
      double w = weight(window, i, cut);
      double t = window.step(i) - origin - centre;
      spread += w * t * t;
      product += w * t * (window.value(i) - mean);
    }
    if (to - from < 3 || !(spread > 0)) {
      return false;
    }
    slope = product / spread;
    meanStep = origin + centre;
    meanValue = mean;
    return true;
  }

  private void uncertainty(Window window, int from, int to, double cut) {
    double squares = 0;
    double spread = 0;
    double neighbours = 0;
    double previous = 0;
    for (int i = from; i < to; i++) {
      double w = weight(window, i, cut);
      double r = residual(window, i);
      double clipped = Math.max(-cut, Math.min(cut, r));
      double t = window.step(i) - meanStep;
      squares += clipped * clipped;
      neighbours += clipped * previous;
      spread += w * t * t;
      previous = clipped;
    }
    double correlation =
        squares > 0 ? Math.max(0, Math.min(MAX_CORRELATION, neighbours / squares)) : 0;
    double inflation = (1 + correlation) / (1 - correlation);
    slopeError = Math.sqrt(squares / Math.max(1, to - from - 2) / spread * inflation);
  }

  private double weight(Window window, int i, double cut) {
    if (cut == Double.POSITIVE_INFINITY) {
      return 1;
    }
    double r = Math.abs(residual(window, i));
    return r <= cut ? 1 : cut / r;
  }

  private double residual(Window window, int i) {
    return window.value(i) - meanValue - slope * (window.step(i) - meanStep);
  }
}
