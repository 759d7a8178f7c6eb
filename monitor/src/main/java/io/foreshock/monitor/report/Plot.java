// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.report;

import io.foreshock.predictors.postmortem.Track;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Draws one panel as SVG: steps relative to the onset from left to right, so that panels below each
 * other line up.
 *
 * <p><b>Scale.</b> Logarithmic when all values are above zero and the largest is more than {@value
 * #LOG_FACTOR} times the smallest. <b>Size.</b> At most two points a pixel, the least and the
 * greatest there, so that no extreme is lost and a plot has a bounded size.
 */
final class Plot {
  private static final int WIDTH = 860;
  private static final int HEIGHT = 150;
  private static final int LEFT = 64;
  private static final int RIGHT = 12;
  private static final int TOP = 18;
  private static final int BOTTOM = 22;
  private static final double LOG_FACTOR = 20;

  /** A vertical line with a name, or a mark on the upper edge. */
  record Mark(String style, long step, String name) {}

  private final Panel panel;
  private final long onset;
  private final long from;
  private final long to;
  private boolean logarithmic;
  private double low;
  private double high;

  Plot(Panel panel, long onset, long from, long to) {
    this.panel = panel;
    this.onset = onset;
    this.from = from;
    this.to = Math.max(to, from + 1);
    scale();
  }

  String svg(List<Mark> marks) {
    StringBuilder svg = new StringBuilder();
    String heading = Html.text(Prose.heading(panel));
    svg.append(
        String.format(
            Locale.ROOT,
            "<svg class=\"plot\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">",
            WIDTH,
            HEIGHT,
            heading + ", from " + number(low) + " to " + number(high)));
    svg.append("<title>").append(heading).append("</title>");
    axes(svg);
    for (Panel.Line line : panel.lines()) {
      line(svg, line);
    }
    marks.stream().filter(m -> m.step() >= from && m.step() <= to).forEach(m -> mark(svg, m));
    svg.append(
        text("name", LEFT, 12, "start", Prose.heading(panel) + (logarithmic ? " (log)" : "")));
    return svg.append("</svg>").toString();
  }

  private void scale() {
    low = Double.POSITIVE_INFINITY;
    high = Double.NEGATIVE_INFINITY;
    for (Panel.Line line : panel.lines()) {
      for (double value : line.track().values()) {
        if (Double.isFinite(value)) {
          low = Math.min(low, value);
          high = Math.max(high, value);
        }
      }
    }
    if (low > high) {
      low = 0;
      high = 1;
    }
    logarithmic = low > 0 && high > LOG_FACTOR * low;
    if (!logarithmic) {
      double room = high > low ? 0.05 * (high - low) : Math.max(1e-9, 0.05 * Math.abs(high));
      low -= room;
      high += room;
    }
  }

  private void axes(StringBuilder svg) {
    for (double value : new double[] {low, middle(), high}) {
      double y = y(value);
      svg.append(rule("grid", LEFT, y, WIDTH - RIGHT, y));
      svg.append(text("tick", LEFT - 6, y + 4, "end", number(value)));
    }
    long width = to - from;
    long unit = (long) Math.pow(10, Math.floor(Math.log10(Math.max(1, width / 4))));
    long tick = unit * (width / unit > 20 ? 5 : width / unit > 8 ? 2 : 1);
    for (long at = -((onset - from) / tick) * tick; onset + at <= to; at += tick) {
      double x = x(onset + at);
      svg.append(rule("grid", x, TOP, x, HEIGHT - BOTTOM));
      svg.append(text("tick", x, HEIGHT - 6, "middle", (at > 0 ? "+" : "") + at));
    }
  }

  private void line(StringBuilder svg, Panel.Line line) {
    String style = line.role().name().toLowerCase(Locale.ROOT);
    List<String> points = new ArrayList<>();
    Track track = line.track();
    int i = track.from(from);
    while (i < track.size() && track.steps()[i] <= to) {
      if (!Double.isFinite(track.values()[i])) {
        flush(svg, style, points);
        double x = x(track.steps()[i]);
        svg.append(text("lost", x, TOP + 10, "middle", "✕"));
        i++;
        continue;
      }
      int end = i;
      int least = i;
      int greatest = i;
      long column = Math.round(x(track.steps()[i]));
      while (end < track.size()
          && Math.round(x(track.steps()[end])) == column
          && Double.isFinite(track.values()[end])) {
        least = track.values()[end] < track.values()[least] ? end : least;
        greatest = track.values()[end] > track.values()[greatest] ? end : greatest;
        end++;
      }
      point(points, track, Math.min(least, greatest));
      if (least != greatest) {
        point(points, track, Math.max(least, greatest));
      }
      i = end;
    }
    flush(svg, style, points);
  }

  private void point(List<String> points, Track track, int i) {
    points.add(String.format(Locale.ROOT, "%.1f,%.1f", x(track.steps()[i]), y(track.values()[i])));
  }

  private static void flush(StringBuilder svg, String style, List<String> points) {
    if (points.size() == 1) {
      points.add(points.get(0)); // a lone point is drawn as a dot by its round cap
    }
    if (!points.isEmpty()) {
      svg.append("<polyline class=\"").append(style).append("\" points=\"");
      svg.append(String.join(" ", points)).append("\"/>");
      points.clear();
    }
  }

  private void mark(StringBuilder svg, Mark mark) {
    double x = x(mark.step());
    svg.append("<g class=\"mark ").append(mark.style()).append("\"><title>");
    svg.append(Html.text(mark.name())).append("</title>");
    if (mark.style().equals("onset") || mark.style().equals("first")) {
      svg.append(rule("", x, TOP, x, HEIGHT - BOTTOM));
    } else {
      svg.append(String.format(Locale.ROOT, "<path d=\"M%.1f %d l5 -8 h-10 z\"/>", x, TOP + 8));
    }
    svg.append("</g>");
  }

  private double x(long step) {
    return LEFT + (double) (WIDTH - LEFT - RIGHT) * (step - from) / (to - from);
  }

  private double y(double value) {
    double share =
        logarithmic ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share;
  }

  private double middle() {
    return logarithmic ? Math.sqrt(low * high) : (low + high) / 2;
  }

  private static String number(double value) {
    double size = Math.abs(value);
    return size != 0 && (size < 1e-3 || size >= 1e5)
        ? String.format(Locale.ROOT, "%.1e", value)
        : String.format(Locale.ROOT, size < 1 ? "%.3f" : size < 100 ? "%.2f" : "%.0f", value);
  }

  private static String rule(String style, double x1, double y1, double x2, double y2) {
    return String.format(
        Locale.ROOT,
        "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>",
        style,
        x1,
        y1,
        x2,
        y2);
  }

  private static String text(String style, double x, double y, String anchor, String content) {
    return String.format(
        Locale.ROOT,
        "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>",
        style,
        x,
        y,
        anchor,
        Html.text(content));
  }
}
