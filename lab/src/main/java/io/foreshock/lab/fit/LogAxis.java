// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.fit;

import java.util.ArrayList;
import java.util.List;

/** A logarithmic axis that holds what it is told to. */
final class LogAxis {
  private static final int MOST_TICKS = 8;

  /** Below this ratio of its ends an axis has no two round numbers of 1, 2 and 5. */
  private static final double NARROW = 5;

  private double low = Double.POSITIVE_INFINITY;
  private double high = 0;
  private double start;
  private double end;

  void include(double... values) {
    for (double value : values) {
      if (LogPlot.drawn(value)) {
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
    }
  }

  /** Includes what of these values lies within some decades of what is included already. */
  void widen(double decades, List<double[]> values) {
    double least = low / Math.pow(10, decades);
    double most = high * Math.pow(10, decades);
    for (double[] some : values) {
      for (double value : some) {
        if (high == 0 || value >= least && value <= most) {
          include(value);
        }
      }
    }
  }

  /** Lays it from one coordinate to another, with some room at both ends. */
  void place(double from, double to, double margin) {
    if (high == 0) {
      include(1);
    }
    if (high <= low * 1.001) {
      low /= 2;
      high *= 2;
    }
    double room = Math.pow(high / low, margin);
    low /= room;
    high *= room;
    start = from;
    end = to;
  }

  /** A value's coordinate. */
  double at(double value) {
    return start + (end - start) * Math.log(value / low) / Math.log(high / low);
  }

  /** Round numbers on it. */
  List<Double> ticks() {
    List<Double> ticks = new ArrayList<>();
    if (high / low < NARROW) {
      double step = Math.pow(10, Math.floor(Math.log10((high - low) / 3)));
      step *= (high - low) / step > 2 * MOST_TICKS ? 5 : (high - low) / step > MOST_TICKS ? 2 : 1;
      for (double i = Math.ceil(low / step); i * step <= high; i++) {
        ticks.add(i * step);
      }
      return ticks;
    }
    int first = (int) Math.floor(Math.log10(low));
    int last = (int) Math.ceil(Math.log10(high));
    boolean fine = last - first <= 3;
    int stride = 1 + (last - first) / MOST_TICKS;
    for (int decade = first; decade <= last; decade += stride) {
      for (int digit : fine ? new int[] {1, 2, 5} : new int[] {1}) {
        double tick = digit * Math.pow(10, decade);
        if (tick >= low && tick <= high) {
          ticks.add(tick);
        }
      }
    }
    return ticks;
  }
}
