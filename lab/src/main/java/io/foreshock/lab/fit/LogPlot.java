// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.fit;

import io.foreshock.monitor.report.Axis;
import io.foreshock.monitor.report.Figures;
import io.foreshock.monitor.report.Svg;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Draws points, curves, bands and limits over two logarithmic axes, as an SVG file.
 *
 * <p>The axes span all points, all limits and the x values of all curves. A curve or band that
 * leaves the points far behind is cut off one decade beyond them. Values that are not finite
 * numbers above 0 are not drawn.
 */
final class LogPlot {
  private static final Svg.Frame FRAME = new Svg.Frame(760, 440, 70, 170, 40, 52);
  private static final int LEGEND_ROW = 18;
  private static final int MOST_TICKS = 10;
  private static final double MARGIN = 0.04;

  private record Trace(int series, double[] x, double[] y) {}

  private record Band(int series, double[] x, double[] low, double[] high) {}

  private record Limit(String label, double y) {}

  private final String title;
  private final String xLabel;
  private final String yLabel;
  private final List<String> series = new ArrayList<>();
  private final List<Trace> points = new ArrayList<>();
  private final List<Trace> curves = new ArrayList<>();
  private final List<Band> bands = new ArrayList<>();
  private final List<Limit> limits = new ArrayList<>();
  private final Axis x = Axis.logarithmic();
  private final Axis y = Axis.logarithmic();

  LogPlot(String title, String xLabel, String yLabel) {
    this.title = title;
    this.xLabel = xLabel;
    this.yLabel = yLabel;
  }

  /** Adds a name to the legend; the points and curves added next belong to it. */
  LogPlot series(String name) {
    series.add(name);
    return this;
  }

  /** Adds a dot for each measured value. */
  LogPlot points(double[] xs, double[] ys) {
    points.add(new Trace(series.size() - 1, xs, ys));
    x.include(xs);
    y.include(ys);
    return this;
  }

  /** Adds a line through fitted values, in order of rising x. */
  LogPlot curve(double[] xs, double[] ys) {
    curves.add(new Trace(series.size() - 1, xs, ys));
    x.include(xs);
    return this;
  }

  /** Adds the interval around a curve; it is not drawn where it is unknown. */
  LogPlot band(double[] xs, double[] low, double[] high) {
    bands.add(new Band(series.size() - 1, xs, low, high));
    return this;
  }

  /** Adds a horizontal line at a limit. */
  LogPlot limit(String label, double value) {
    limits.add(new Limit(label, value));
    y.include(value);
    return this;
  }

  /** {@code count} values from low to high, evenly spaced in the logarithm. */
  static double[] grid(double low, double high, int count) {
    double[] grid = new double[count];
    for (int i = 0; i < count; i++) {
      grid[i] = low * Math.pow(high / low, (double) i / (count - 1));
    }
    return grid;
  }

  /** The drawing. */
  String svg() {
    curves.forEach(curve -> y.includeWithin(10, curve.y));
    x.place(FRAME.left(), FRAME.east(), MARGIN);
    y.place(FRAME.south(), FRAME.top(), MARGIN);
    Svg svg = Svg.file(FRAME, title);
    svg.columns(x, x.ticks(MOST_TICKS), Figures::number);
    svg.rows(y, y.ticks(MOST_TICKS), Figures::number);
    svg.names(xLabel, yLabel).openArea();
    bands.forEach(band -> svg.area("band " + Svg.series(band.series), outline(band)));
    curves.forEach(
        curve -> svg.line(Svg.series(curve.series), Svg.points(x, y, curve.x, curve.y), ""));
    points.forEach(measured -> dots(svg, measured));
    svg.closeArea();
    for (Limit limit : limits) {
      double at = y.at(limit.y);
      svg.rule("limit", FRAME.left(), at, FRAME.east(), at, "");
      svg.text("", FRAME.east() + 8, at + 4, Svg.Anchor.START, limit.label);
    }
    legend(svg);
    return svg.end();
  }

  /** Along the lower end and back along the upper end; empty if either is unknown. */
  private List<String> outline(Band band) {
    List<String> outline = new ArrayList<>(Svg.points(x, y, band.x, band.low));
    List<String> back = new ArrayList<>(Svg.points(x, y, band.x, band.high));
    Collections.reverse(back);
    if (!outline.isEmpty() && !back.isEmpty()) {
      outline.addAll(back);
      return outline;
    }
    return List.of();
  }

  private void dots(Svg svg, Trace measured) {
    for (int i = 0; i < measured.x.length; i++) {
      if (x.shows(measured.x[i]) && y.shows(measured.y[i])) {
        svg.dot(
            Svg.series(measured.series),
            x.at(measured.x[i]),
            y.at(measured.y[i]),
            4,
            Figures.number(measured.x[i]) + ", " + Figures.number(measured.y[i]));
      }
    }
  }

  private void legend(Svg svg) {
    for (int i = 0; i < series.size(); i++) {
      double at = FRAME.top() + 8 + i * LEGEND_ROW;
      svg.dot(Svg.series(i), FRAME.east() + 16, at - 4, 4, "");
      svg.text("", FRAME.east() + 26, at, Svg.Anchor.START, series.get(i));
    }
  }

  /** Whether a value can be drawn on logarithmic axes. */
  static boolean canDraw(double value) {
    return value > 0 && Double.isFinite(value);
  }
}
