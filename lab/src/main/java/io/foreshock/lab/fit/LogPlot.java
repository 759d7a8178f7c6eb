// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.fit;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Points, curves, bands and limits over two logarithmic axes as self-contained SVG, readable on
 * light and dark.
 *
 * <p>What is measured, and where curves are drawn, sets the axes; a curve or band that runs far off
 * the points is cut off at a decade beyond them. What is not a number above 0 is not drawn.
 */
final class LogPlot {
  private static final int WIDTH = 760;
  private static final int HEIGHT = 440;
  private static final int LEFT = 70;
  private static final int RIGHT = 170;
  private static final int TOP = 40;
  private static final int BOTTOM = 52;
  private static final int LEGEND_ROW = 18;
  private static final double MARGIN = 0.04;

  private static final String[] COLOURS = {
    "#2b7fd4", "#d9662b", "#2b9d5a", "#a65bc4", "#cf4560", "#94821f", "#1f9ba6", "#8a8a8a"
  };

  private static final String STYLE =
      "<style>text{font:12px system-ui,sans-serif;fill:#333}.g{stroke:#8884;stroke-width:1}"
          + ".l{fill:none;stroke-width:2}.b{opacity:.15;stroke:none}"
          + ".m{stroke:#c33;stroke-width:1.5;stroke-dasharray:6 4}"
          + "@media(prefers-color-scheme:dark){text{fill:#ddd}.m{stroke:#f77}}</style>";

  private record Curve(int series, double[] x, double[] y) {}

  private record Band(int series, double[] x, double[] low, double[] high) {}

  private record Limit(String label, double y) {}

  private final String title;
  private final String xLabel;
  private final String yLabel;
  private final List<String> series = new ArrayList<>();
  private final List<Curve> points = new ArrayList<>();
  private final List<Curve> curves = new ArrayList<>();
  private final List<Band> bands = new ArrayList<>();
  private final List<Limit> limits = new ArrayList<>();

  LogPlot(String title, String xLabel, String yLabel) {
    this.title = title;
    this.xLabel = xLabel;
    this.yLabel = yLabel;
  }

  /** A name in the legend; what is drawn next belongs to it. */
  LogPlot series(String name) {
    series.add(name);
    return this;
  }

  /** Dots where something was measured. */
  LogPlot points(double[] x, double[] y) {
    points.add(new Curve(series.size() - 1, x, y));
    return this;
  }

  /** A line through fitted values, x rising. */
  LogPlot curve(double[] x, double[] y) {
    curves.add(new Curve(series.size() - 1, x, y));
    return this;
  }

  /** The interval about a curve; not drawn where it is not known. */
  LogPlot band(double[] x, double[] low, double[] high) {
    bands.add(new Band(series.size() - 1, x, low, high));
    return this;
  }

  /** A value that is not to be reached. */
  LogPlot limit(String label, double y) {
    limits.add(new Limit(label, y));
    return this;
  }

  /** {@code count} values from low to high, evenly in the logarithm. */
  static double[] grid(double low, double high, int count) {
    double[] grid = new double[count];
    for (int i = 0; i < count; i++) {
      grid[i] = low * Math.pow(high / low, (double) i / (count - 1));
    }
    return grid;
  }

  /** The drawing. */
  String svg() {
    LogAxis x = new LogAxis();
    LogAxis y = new LogAxis();
    for (Curve curve : points) {
      x.include(curve.x);
      y.include(curve.y);
    }
    limits.forEach(limit -> y.include(limit.y));
    y.widen(1, curves.stream().map(Curve::y).toList());
    curves.forEach(curve -> x.include(curve.x));
    x.place(LEFT, WIDTH - RIGHT, MARGIN);
    y.place(HEIGHT - BOTTOM, TOP, MARGIN);
    StringBuilder svg = new StringBuilder();
    svg.append(
        String.format(
            Locale.ROOT,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\">",
            WIDTH,
            HEIGHT));
    svg.append("<title>").append(escaped(title)).append("</title>").append(STYLE);
    axes(svg, x, y);
    svg.append(
        String.format(
            Locale.ROOT,
            "<clipPath id=\"c\"><rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/></clipPath>"
                + "<g clip-path=\"url(#c)\">",
            LEFT,
            TOP,
            WIDTH - LEFT - RIGHT,
            HEIGHT - TOP - BOTTOM));
    bands.forEach(band -> band(svg, band, x, y));
    curves.forEach(curve -> curve(svg, curve, x, y));
    points.forEach(curve -> dots(svg, curve, x, y));
    svg.append("</g>");
    limits.forEach(limit -> limit(svg, limit, y));
    legend(svg);
    return svg.append("</svg>\n").toString();
  }

  private void axes(StringBuilder svg, LogAxis x, LogAxis y) {
    for (double tick : x.ticks()) {
      rule(svg, "g", x.at(tick), TOP, x.at(tick), HEIGHT - BOTTOM);
      text(svg, x.at(tick), HEIGHT - BOTTOM + 18, "middle", Figure.of(tick));
    }
    for (double tick : y.ticks()) {
      rule(svg, "g", LEFT, y.at(tick), WIDTH - RIGHT, y.at(tick));
      text(svg, LEFT - 8, y.at(tick) + 4, "end", Figure.of(tick));
    }
    text(svg, (LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 12, "middle", xLabel);
    text(svg, 12, 18, "start", yLabel);
  }

  private static void dots(StringBuilder svg, Curve curve, LogAxis x, LogAxis y) {
    for (int i = 0; i < curve.x.length; i++) {
      if (drawn(curve.x[i]) && drawn(curve.y[i])) {
        svg.append(
            String.format(
                Locale.ROOT,
                "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" fill=\"%s\"><title>%s, %s</title></circle>",
                x.at(curve.x[i]),
                y.at(curve.y[i]),
                colour(curve.series),
                Figure.of(curve.x[i]),
                Figure.of(curve.y[i])));
      }
    }
  }

  private static void curve(StringBuilder svg, Curve curve, LogAxis x, LogAxis y) {
    String path = path(curve.x, curve.y, x, y);
    svg.append("<polyline class=\"l\" stroke=\"").append(colour(curve.series));
    svg.append("\" points=\"").append(path).append("\"/>");
  }

  private static void band(StringBuilder svg, Band band, LogAxis x, LogAxis y) {
    String up = path(band.x, band.low, x, y);
    String back = path(reversed(band.x), reversed(band.high), x, y);
    if (!up.isEmpty() && !back.isEmpty()) {
      svg.append("<polygon class=\"b\" fill=\"").append(colour(band.series));
      svg.append("\" points=\"").append(up).append(' ').append(back).append("\"/>");
    }
  }

  private static void limit(StringBuilder svg, Limit limit, LogAxis y) {
    rule(svg, "m", LEFT, y.at(limit.y), WIDTH - RIGHT, y.at(limit.y));
    text(svg, WIDTH - RIGHT + 8, y.at(limit.y) + 4, "start", limit.label);
  }

  private void legend(StringBuilder svg) {
    for (int i = 0; i < series.size(); i++) {
      double y = TOP + 8 + i * LEGEND_ROW;
      svg.append(
          String.format(
              Locale.ROOT,
              "<circle cx=\"%d\" cy=\"%.1f\" r=\"4\" fill=\"%s\"/>",
              WIDTH - RIGHT + 16,
              y - 4,
              colour(i)));
      text(svg, WIDTH - RIGHT + 26, y, "start", series.get(i));
    }
  }

  private static String path(double[] xs, double[] ys, LogAxis x, LogAxis y) {
    StringBuilder path = new StringBuilder();
    for (int i = 0; i < xs.length; i++) {
      if (drawn(xs[i]) && drawn(ys[i])) {
        path.append(path.length() == 0 ? "" : " ");
        path.append(String.format(Locale.ROOT, "%.1f,%.1f", x.at(xs[i]), y.at(ys[i])));
      }
    }
    return path.toString();
  }

  private static double[] reversed(double[] values) {
    double[] reversed = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      reversed[i] = values[values.length - 1 - i];
    }
    return reversed;
  }

  static boolean drawn(double value) {
    return value > 0 && Double.isFinite(value);
  }

  private static String colour(int series) {
    return COLOURS[Math.floorMod(series, COLOURS.length)];
  }

  private static void rule(
      StringBuilder svg, String style, double x1, double y1, double x2, double y2) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>",
            style,
            x1,
            y1,
            x2,
            y2));
  }

  private static void text(StringBuilder svg, double x, double y, String anchor, String content) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>",
            x,
            y,
            anchor,
            escaped(content)));
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
