// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** An axis of a plot: it grows to hold its values and is then placed between two coordinates. */
public final class Axis {
  /** Factor between the ends below which a logarithmic axis has less than two ticks 1, 2 or 5. */
  private static final double NARROW = 5;

  /** Factor between positive values above which the axis is logarithmic. */
  private static final double WIDE = 20;

  private final boolean logarithmic;
  private double low = Double.POSITIVE_INFINITY;
  private double high = Double.NEGATIVE_INFINITY;
  private double from;
  private double to;

  private Axis(boolean logarithmic) {
    this.logarithmic = logarithmic;
  }

  /** A linear axis that holds nothing yet. */
  public static Axis linear() {
    return new Axis(false);
  }

  /** A logarithmic axis that holds nothing yet. */
  public static Axis logarithmic() {
    return new Axis(true);
  }

  /** An axis for these values, logarithmic if they are above zero and far apart. */
  public static Axis of(double... values) {
    Axis linear = linear().include(values);
    boolean wide = linear.low > 0 && linear.high > WIDE * linear.low;
    return wide ? logarithmic().include(values) : linear;
  }

  public boolean isLogarithmic() {
    return logarithmic;
  }

  /** Whether the value has a place on such an axis. */
  public boolean shows(double value) {
    return Double.isFinite(value) && (value > 0 || !logarithmic);
  }

  /** Grows the axis to hold the values that it can show. */
  public Axis include(double... values) {
    for (double value : values) {
      if (shows(value)) {
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
    }
    return this;
  }

  /** Grows the axis to hold the values that are within a factor of its ends. */
  public Axis includeWithin(double factor, double... values) {
    double least = low / factor;
    double most = high * factor;
    boolean empty = low > high;
    return include(Arrays.stream(values).filter(v -> empty || v >= least && v <= most).toArray());
  }

  /**
   * Places the axis between two coordinates.
   *
   * @param margin share of its length that stays free at either end
   */
  public Axis place(double from, double to, double margin) {
    if (low > high) {
      include(logarithmic ? new double[] {1} : new double[] {0, 1});
    }
    if (logarithmic) {
      double room = high > low * 1.001 ? Math.pow(high / low, margin) : 2;
      low /= room;
      high *= room;
    } else {
      double room = high > low ? margin * (high - low) : Math.max(1e-9, 0.05 * Math.abs(high));
      low -= room;
      high += room;
    }
    this.from = from;
    this.to = to;
    return this;
  }

  /** The lower end's value. */
  public double low() {
    return low;
  }

  /** The upper end's value. */
  public double high() {
    return high;
  }

  /** A value's coordinate. */
  public double at(double value) {
    return from + (to - from) * (scaled(value) - scaled(low)) / (scaled(high) - scaled(low));
  }

  /** Round numbers on the axis, about {@code most} of them. */
  public List<Double> ticks(int most) {
    return logarithmic && high / low >= NARROW ? decades(most) : evenly(most);
  }

  private List<Double> evenly(int most) {
    double least = (high - low) / most;
    double unit = Math.pow(10, Math.floor(Math.log10(least)));
    double step = unit * (least <= unit ? 1 : least <= 2 * unit ? 2 : least <= 5 * unit ? 5 : 10);
    List<Double> ticks = new ArrayList<>();
    for (double i = Math.ceil(low / step - 1e-9); i * step <= high + 1e-9 * step; i++) {
      ticks.add(i * step + 0.0); // without the sign of a negative zero
    }
    return ticks;
  }

  private List<Double> decades(int most) {
    int first = (int) Math.floor(Math.log10(low));
    int last = (int) Math.ceil(Math.log10(high));
    int[] digits = 3 * Math.log10(high / low) <= most ? new int[] {1, 2, 5} : new int[] {1};
    int stride = 1 + (last - first) / (most + 1);
    List<Double> ticks = new ArrayList<>();
    for (int decade = first; decade <= last; decade += stride) {
      for (int digit : digits) {
        double tick = digit * Math.pow(10, decade);
        if (tick >= low * (1 - 1e-9) && tick <= high * (1 + 1e-9)) {
          ticks.add(tick);
        }
      }
    }
    return ticks;
  }

  private double scaled(double value) {
    return logarithmic ? Math.log(value) : value;
  }
}
