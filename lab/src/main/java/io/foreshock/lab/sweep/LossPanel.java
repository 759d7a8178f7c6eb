// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.sweep;

import io.foreshock.monitor.report.Html;
import io.foreshock.predictors.scaling.LearningRateSensitivity;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Draws one variant's curves as SVG: learning rates from left to right (logarithmic), loss upwards.
 *
 * <p>All panels of a sweep have the same axes, so that they can be compared by eye.
 */
final class LossPanel {
  private static final int WIDTH = 460;
  private static final int HEIGHT = 300;
  private static final int LEFT = 44;
  private static final int RIGHT = 14;
  private static final int TOP = 14;
  private static final int BOTTOM = 40;
  private static final int MOST_RATES = 9;
  private static final double GRID_LINES = 8;

  private final List<Size> sizes;
  private final SortedSet<Double> rates = new TreeSet<>();
  private double low = Double.POSITIVE_INFINITY;
  private double high = Double.NEGATIVE_INFINITY;

  /**
   * Axes for all of a sweep's curves.
   *
   * @param sizes whose places are the numbers of their colours
   */
  LossPanel(List<Curve> all, List<Size> sizes) {
    this.sizes = sizes;
    for (Curve curve : all) {
      curve.sensitivity().cells().forEach(cell -> rates.add(cell.learningRate()));
      for (Row row : curve.rows()) {
        low = Math.min(low, row.cappedLoss());
        high = Math.max(high, row.cappedLoss());
      }
    }
    double room = Math.max(0.02, 0.04 * (high - low));
    low -= room;
    high += room;
  }

  /** The panel of the curves of one variant. */
  String svg(String variant, List<Curve> curves) {
    StringBuilder svg = new StringBuilder();
    svg.append(
        format(
            "<svg class=\"plot\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">",
            WIDTH, HEIGHT, Html.text("Final loss against learning rate, variant " + variant)));
    axes(svg);
    for (Curve curve : curves) {
      curve(svg, curve, "size" + sizes.indexOf(curve.size()) % SweepHtml.COLOURS);
    }
    return svg.append("</svg>").toString();
  }

  private void axes(StringBuilder svg) {
    double step = step();
    for (double loss = Math.ceil(low / step) * step; loss <= high; loss += step) {
      rule(svg, LEFT, y(loss), WIDTH - RIGHT, y(loss));
      text(svg, "tick", LEFT - 6, y(loss) + 4, "end", format("%." + decimals(step) + "f", loss));
    }
    int every = (rates.size() + MOST_RATES - 1) / MOST_RATES;
    int i = 0;
    for (double rate : rates) {
      rule(svg, x(rate), TOP, x(rate), HEIGHT - BOTTOM);
      if (i++ % every == 0) {
        text(svg, "tick", x(rate), HEIGHT - BOTTOM + 15, "middle", Cell.text(rate));
      }
    }
    double middle = (LEFT + WIDTH - RIGHT) / 2.0;
    text(svg, "tick", middle, HEIGHT - 6, "middle", "peak learning rate (log)");
    svg.append(
        format(
            "<text class=\"tick\" text-anchor=\"middle\" transform=\"translate(11 %d) rotate(-90)\">"
                + "final loss, nats/token</text>",
            (TOP + HEIGHT - BOTTOM) / 2));
  }

  /** Distance of the grid's lines: 1, 2 or 5 of a power of ten. */
  private double step() {
    double least = (high - low) / GRID_LINES;
    double unit = Math.pow(10, Math.floor(Math.log10(least)));
    return unit * (least > 5 * unit ? 10 : least > 2 * unit ? 5 : 2);
  }

  private static int decimals(double step) {
    return Math.max(0, (int) -Math.floor(Math.log10(step) + 1e-9));
  }

  private void curve(StringBuilder svg, Curve curve, String style) {
    List<String> points = new ArrayList<>();
    for (LearningRateSensitivity.Cell cell : curve.sensitivity().cells()) {
      points.add(format("%.1f,%.1f", x(cell.learningRate()), y(cell.loss())));
    }
    svg.append("<g class=\"").append(style).append("\"><polyline points=\"");
    svg.append(String.join(" ", points)).append("\"/>");
    for (Row row : curve.rows()) {
      double x = x(row.cell().learningRate());
      double y = y(row.cappedLoss());
      svg.append(
          row.status() == Status.DIVERGED
              ? format("<path class=\"lost\" d=\"M%.1f %.1fl8 8m0 -8l-8 8\">", x - 4, y - 4)
              : format("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"2.6\">", x, y));
      svg.append("<title>").append(Html.text(SweepHtml.told(row))).append("</title>");
      svg.append(row.status() == Status.DIVERGED ? "</path>" : "</circle>");
    }
    svg.append("</g>");
  }

  private double x(double rate) {
    double from = Math.log(rates.first());
    double to = Math.log(rates.last());
    double share = to > from ? (Math.log(rate) - from) / (to - from) : 0.5;
    return LEFT + 10 + (WIDTH - LEFT - RIGHT - 20) * share;
  }

  private double y(double loss) {
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (loss - low) / (high - low);
  }

  private static void rule(StringBuilder svg, double x1, double y1, double x2, double y2) {
    svg.append(
        format(
            "<line class=\"grid\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>",
            x1, y1, x2, y2));
  }

  private static void text(
      StringBuilder svg, String style, double x, double y, String anchor, String content) {
    svg.append(
        format(
            "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>",
            style, x, y, anchor, Html.text(content)));
  }

  private static String format(String form, Object... values) {
    return String.format(Locale.ROOT, form, values);
  }
}
