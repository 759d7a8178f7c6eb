// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;

/**
 * Builds a plot as SVG that loads nothing and runs no script.
 *
 * <p>Colours are classes of {@code plot.css}, light or dark like the reader's system: the series
 * {@code s0} to {@code s7}, and roles such as {@code main} and {@code other}. An empty class or
 * title is left out. Every text is escaped.
 */
public final class Svg {
  /** Number of colours for series. */
  public static final int COLOURS = 8;

  private static final String STYLE = Page.style(Svg.class, "plot.css");
  private static final int BELOW = 16;
  private static final int BESIDE = 6;

  /** Where a text is anchored. */
  public enum Anchor {
    START,
    MIDDLE,
    END
  }

  /** The size of a plot, and its margins around the area of the axes. */
  public record Frame(int width, int height, int left, int right, int top, int bottom) {
    /** The area's right end. */
    public int east() {
      return width - right;
    }

    /** The area's lower end. */
    public int south() {
      return height - bottom;
    }
  }

  private final Frame frame;
  private final StringBuilder out = new StringBuilder();

  private Svg(Frame frame, String title, String namespace, String style) {
    this.frame = frame;
    String text = Html.text(title);
    out.append("<svg class=\"plot\"").append(namespace);
    out.append(" viewBox=\"0 0 ").append(frame.width).append(' ').append(frame.height);
    out.append("\" role=\"img\" aria-label=\"").append(text).append("\"><title>");
    out.append(text).append("</title>").append(style);
  }

  /** Begins a plot for a {@link Page}, which has the style sheet. */
  public static Svg inPage(Frame frame, String title) {
    return new Svg(frame, title, "", "");
  }

  /** Begins a plot for a file of its own, with the style sheet in it. */
  public static Svg file(Frame frame, String title) {
    String style = "<style>\n" + STYLE + "</style>\n";
    return new Svg(frame, title, " xmlns=\"http://www.w3.org/2000/svg\"", style);
  }

  /** The class of a series' colour; after the last one the first is used again. */
  public static String series(int number) {
    return "s" + Math.floorMod(number, COLOURS);
  }

  /** A point of a line. */
  public static String point(double x, double y) {
    return String.format(Locale.ROOT, "%.1f,%.1f", x, y);
  }

  /** The points that both axes can show. */
  public static List<String> points(Axis x, Axis y, double[] xs, double[] ys) {
    List<String> points = new ArrayList<>();
    for (int i = 0; i < xs.length; i++) {
      if (x.shows(xs[i]) && y.shows(ys[i])) {
        points.add(point(x.at(xs[i]), y.at(ys[i])));
      }
    }
    return points;
  }

  /** Draws the grid over an axis from left to right, and its labels below. */
  public Svg columns(Axis x, Iterable<Double> values, DoubleFunction<String> label) {
    for (double value : values) {
      rule("grid", x.at(value), frame.top, x.at(value), frame.south(), "");
      text("", x.at(value), frame.south() + BELOW, Anchor.MIDDLE, label.apply(value));
    }
    return this;
  }

  /** Draws the grid over an axis from the bottom up, and its labels at the left. */
  public Svg rows(Axis y, Iterable<Double> values, DoubleFunction<String> label) {
    for (double value : values) {
      rule("grid", frame.left, y.at(value), frame.east(), y.at(value), "");
      text("", frame.left - BESIDE, y.at(value) + 4, Anchor.END, label.apply(value));
    }
    return this;
  }

  /** Names the axes: x below its labels, y above the plot. */
  public Svg names(String x, String y) {
    text("", (frame.left + frame.east()) / 2.0, frame.height - BESIDE, Anchor.MIDDLE, x);
    return text("name", BESIDE, 13, Anchor.START, y);
  }

  /** Clips everything drawn from here to {@link #closeArea} at the area's edges. */
  public Svg openArea() {
    String form =
        "<svg x=\"%1$d\" y=\"%2$d\" width=\"%3$d\" height=\"%4$d\" viewBox=\"%1$d %2$d %3$d %4$d\">";
    int width = frame.east() - frame.left;
    int height = frame.south() - frame.top;
    out.append(form.formatted(frame.left, frame.top, width, height));
    return this;
  }

  public Svg closeArea() {
    out.append("</svg>");
    return this;
  }

  public Svg rule(String style, double x1, double y1, double x2, double y2, String title) {
    String form = "x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"";
    return element("line", style, title, form, x1, y1, x2, y2);
  }

  public Svg line(String style, List<String> points, String title) {
    return points.isEmpty()
        ? this
        : element("polyline", style, title, "points=\"%s\"", String.join(" ", points));
  }

  /** Fills the area that the points enclose. */
  public Svg area(String style, List<String> points) {
    return points.isEmpty()
        ? this
        : element("polygon", style, "", "points=\"%s\"", String.join(" ", points));
  }

  public Svg dot(String style, double x, double y, double radius, String title) {
    return element("circle", style, title, "cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\"", x, y, radius);
  }

  public Svg cross(String style, double x, double y, String title) {
    String form = "d=\"M%.1f %.1fl8 8m0 -8l-8 8\"";
    return element("path", "cross " + style, title, form, x - 4, y - 4);
  }

  /** A triangle that points down to a place. */
  public Svg pointer(String style, double x, double y, String title) {
    return element("path", style, title, "d=\"M%.1f %.1fl5 -8h-10z\"", x, y);
  }

  public Svg text(String style, double x, double y, Anchor anchor, String content) {
    if (content.isEmpty()) {
      return this;
    }
    String form = "<text%s x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">";
    String name = anchor.name().toLowerCase(Locale.ROOT);
    out.append(String.format(Locale.ROOT, form, styled(style), x, y, name));
    out.append(Html.text(content)).append("</text>");
    return this;
  }

  /** Ends the plot. */
  public String end() {
    return out.append("</svg>\n").toString();
  }

  private Svg element(String name, String style, String title, String form, Object... values) {
    out.append('<').append(name).append(styled(style)).append(' ');
    out.append(String.format(Locale.ROOT, form, values));
    if (title.isEmpty()) {
      out.append("/>");
    } else {
      out.append("><title>").append(Html.text(title)).append("</title></").append(name).append('>');
    }
    return this;
  }

  private static String styled(String style) {
    return style.isEmpty() ? "" : " class=\"" + style + "\"";
  }
}
