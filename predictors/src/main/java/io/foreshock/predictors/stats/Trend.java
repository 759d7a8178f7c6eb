// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.stats;

/**
 * Straight lines through a stretch of a {@link Window}: one through all of it, with the uncertainty
 * of its slope, and one through each half.
 *
 * <p><b>Definition.</b> Each line: least squares over (t_i, y_i), then once more with Huber weights
 * w_i = min(1, k s / |r_i|), k = 1.5, s = 1.2533 · mean |r_i|, so that a single wild sample weighs
 * little. Slope error of the whole: √(Σ w r² / (n − 2) / Σ w (t − t̄)²), enlarged by √((1+ρ)/(1−ρ))
 * for the residuals' lag-1 correlation ρ in [0, 0.9]: neighbouring steps share parameters and are
 * not independent.
 *
 * <p><b>Edges.</b> Fewer than three samples, or no spread of steps: slope 0, the whole's with
 * infinite error.
 *
 * <p><b>Threads.</b> Not safe: refitted in place. <b>Cost.</b> O(n) in four passes, no allocation
 * once it has seen the longest stretch. <b>Source.</b> Huber 1964; the correlation factor is the
 * AR(1) effective sample size.
 */
public final class Trend {
  private static final double HUBER = 1.5;
  private static final double MEAN_ABSOLUTE_TO_SIGMA = 1.2533;
  private static final double MAX_CORRELATION = 0.9;

  private final Line whole = new Line();
  private final Line older = new Line();
  private final Line newer = new Line();
  private double[] steps = new double[0];
  private double[] values = steps;
  private double slopeError;
  private double end;

  /** Fits samples {@code from} to {@code to − 1} of the window. */
  public Trend fit(Window window, int from, int to) {
    int count = Math.max(0, to - from);
    copy(window, from, count);
    int middle = count / 2;
    older.least(steps, values, 0, middle);
    newer.least(steps, values, middle, count);
    boolean known = whole.least(steps, values, 0, count);
    end = known ? 0 : count > 0 ? window.value(to - 1) : Double.NaN;
    slopeError = Double.POSITIVE_INFINITY;
    older.resist(steps, values, 0, middle);
    newer.resist(steps, values, middle, count);
    double cut = whole.resist(steps, values, 0, count);
    if (known) {
      uncertainty(count, cut);
      end = whole.at(steps[count - 1]);
    }
    return this;
  }

  /** Change per step. */
  public double slope() {
    return whole.slope;
  }

  /** Change per step over the older half. */
  public double olderSlope() {
    return older.slope;
  }

  /** Change per step over the newer half. */
  public double newerSlope() {
    return newer.slope;
  }

  /** Standard error of {@link #slope()}; infinite when it is unknown. */
  public double slopeError() {
    return slopeError;
  }

  /** The line's value at the newest sample of the stretch. */
  public double end() {
    return end;
  }

  /** Copies the samples; steps are counted from the first one, so that the sums stay precise. */
  private void copy(Window window, int from, int count) {
    if (steps.length < count) {
      steps = new double[count];
      values = new double[count];
    }
    long origin = count == 0 ? 0 : window.step(from);
    for (int i = 0; i < count; i++) {
      steps[i] = window.step(from + i) - origin;
      values[i] = window.value(from + i);
    }
  }

  private void uncertainty(int count, double cut) {
    double squares = 0;
    double spread = 0;
    double neighbours = 0;
    double previous = 0;
    for (int i = 0; i < count; i++) {
      double r = values[i] - whole.at(steps[i]);
      double clipped = Math.max(-cut, Math.min(cut, r));
      double t = steps[i] - whole.meanStep;
      squares += clipped * clipped;
      neighbours += clipped * previous;
      spread += weight(r, cut) * t * t;
      previous = clipped;
    }
    double correlation =
        squares > 0 ? Math.max(0, Math.min(MAX_CORRELATION, neighbours / squares)) : 0;
    double inflation = (1 + correlation) / (1 - correlation);
    slopeError = Math.sqrt(squares / Math.max(1, count - 2) / spread * inflation);
  }

  private static double weight(double residual, double cut) {
    double size = Math.abs(residual);
    return size <= cut ? 1 : cut / size;
  }

  private static final class Line {
    double slope;
    double meanStep;
    double meanValue;

    double at(double step) {
      return meanValue + slope * (step - meanStep);
    }

    /** Fits by plain least squares; returns whether there is a line. */
    boolean least(double[] steps, double[] values, int from, int to) {
      double sumStep = 0;
      double sumValue = 0;
      for (int i = from; i < to; i++) {
        sumStep += steps[i];
        sumValue += values[i];
      }
      meanStep = sumStep / (to - from);
      meanValue = sumValue / (to - from);
      double spread = 0;
      double product = 0;
      for (int i = from; i < to; i++) {
        double t = steps[i] - meanStep;
        spread += t * t;
        product += t * (values[i] - meanValue);
      }
      boolean known = to - from >= 3 && spread > 0;
      slope = known ? product / spread : 0;
      return known;
    }

    /** Fits again with Huber's weights; returns the residual above which they fall. */
    double resist(double[] steps, double[] values, int from, int to) {
      double absolute = 0;
      for (int i = from; i < to; i++) {
        absolute += Math.abs(values[i] - at(steps[i]));
      }
      double cut = HUBER * MEAN_ABSOLUTE_TO_SIGMA * absolute / (to - from);
      double weights = 0;
      double step = 0;
      double value = 0;
      double square = 0;
      double product = 0;
      for (int i = from; i < to; i++) {
        double t = steps[i] - meanStep;
        double v = values[i] - meanValue;
        double w = weight(v - slope * t, cut);
        weights += w;
        step += w * t;
        value += w * v;
        square += w * t * t;
        product += w * t * v;
      }
      double spread = square - step * step / weights;
      if (to - from >= 3 && spread > 0) {
        slope = (product - step * value / weights) / spread;
        meanStep += step / weights;
        meanValue += value / weights;
      }
      return cut;
    }
  }
}
