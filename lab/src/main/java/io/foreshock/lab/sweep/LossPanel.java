// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.sweep;

import io.foreshock.monitor.report.Axis;
import io.foreshock.monitor.report.Figures;
import io.foreshock.monitor.report.Svg;
import io.foreshock.predictors.scaling.LearningRateSensitivity;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Draws one variant's curves of loss against learning rate (logarithmic) as SVG.
 *
 * <p>All panels of a sweep have the same axes, so that readers can compare them.
 */
final class LossPanel {
  private static final Svg.Frame FRAME = new Svg.Frame(460, 300, 44, 14, 24, 40);
  private static final int MOST_RATES = 9;
  private static final int MOST_LOSSES = 8;
  private static final double MARGIN = 0.04;

  private final List<Size> sizes;
  private final SortedSet<Double> rates = new TreeSet<>();
  private final Axis x = Axis.logarithmic();
  private final Axis y = Axis.linear();

  /**
   * A panel with axes for all curves of a sweep.
   *
   * @param sizes the sizes; the index of a size is the number of its colour
   */
  LossPanel(List<Curve> all, List<Size> sizes) {
    this.sizes = sizes;
    for (Curve curve : all) {
      curve.sensitivity().cells().forEach(cell -> rates.add(cell.learningRate()));
      curve.rows().forEach(row -> y.include(row.cappedLoss()));
    }
    rates.forEach(x::include);
    x.place(FRAME.left(), FRAME.east(), MARGIN);
    y.place(FRAME.south(), FRAME.top(), MARGIN);
  }

  /** The panel with the curves of one variant. */
  String svg(String variant, List<Curve> curves) {
    Svg svg = Svg.inPage(FRAME, "Final loss against learning rate, variant " + variant);
    svg.rows(y, y.ticks(MOST_LOSSES), Figures::number);
    int every = (rates.size() + MOST_RATES - 1) / MOST_RATES;
    svg.columns(x, rates, rate -> rates.headSet(rate).size() % every == 0 ? Cell.text(rate) : "");
    svg.names("peak learning rate (log)", "final loss, nats/token");
    curves.forEach(curve -> curve(svg, curve, Svg.series(sizes.indexOf(curve.size()))));
    return svg.end();
  }

  private void curve(Svg svg, Curve curve, String style) {
    List<LearningRateSensitivity.Cell> means = curve.sensitivity().cells();
    double[] at = means.stream().mapToDouble(LearningRateSensitivity.Cell::learningRate).toArray();
    double[] loss = means.stream().mapToDouble(LearningRateSensitivity.Cell::loss).toArray();
    svg.line(style, Svg.points(x, y, at, loss), "");
    for (CellResult row : curve.rows()) {
      double right = x.at(row.cell().learningRate());
      double up = y.at(row.cappedLoss());
      if (row.status() == Status.DIVERGED) {
        svg.cross(style, right, up, SweepHtml.line(row));
      } else {
        svg.dot(style, right, up, 2.6, SweepHtml.line(row));
      }
    }
  }
}
