// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.report;

import io.foreshock.predictors.postmortem.Track;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Draws one panel as SVG, with steps relative to the onset from left to right, so that panels below
 * each other line up.
 *
 * <p><b>Size.</b> Each pixel column has at most two points, its least and its greatest. So no
 * extreme is lost, and the size of a plot is bounded.
 */
final class Plot {
  private static final Svg.Frame FRAME = new Svg.Frame(860, 150, 64, 12, 20, 22);
  private static final double MARGIN = 0.05;
  private static final int MOST_COLUMNS = 10;
  private static final int MOST_ROWS = 5;

  /** A vertical line with a name, or a mark on the upper edge. */
  record Mark(String style, long step, String name) {}

  private final Panel panel;
  private final long onset;
  private final long from;
  private final long to;
  private final Axis x;
  private final Axis y;

  Plot(Panel panel, long onset, long from, long to) {
    this.panel = panel;
    this.onset = onset;
    this.from = from;
    this.to = Math.max(to, from + 1);
    x = Axis.linear().include(from - onset, this.to - onset).place(FRAME.left(), FRAME.east(), 0);
    y =
        Axis.of(
                panel.lines().stream()
                    .flatMapToDouble(line -> Arrays.stream(line.track().values()))
                    .toArray())
            .place(FRAME.south(), FRAME.top(), MARGIN);
  }

  String svg(List<Mark> marks) {
    String heading = Prose.heading(panel);
    String range = Figures.number(y.low()) + " to " + Figures.number(y.high());
    Svg svg = Svg.inPage(FRAME, heading + ", from " + range);
    svg.rows(y, y.ticks(MOST_ROWS), Figures::number);
    List<Double> steps =
        x.ticks(MOST_COLUMNS).stream().filter(step -> step == Math.rint(step)).toList();
    svg.columns(x, steps, step -> (step > 0 ? "+" : "") + (long) step);
    panel.lines().forEach(line -> line(svg, line));
    marks.stream().filter(m -> m.step() >= from && m.step() <= to).forEach(m -> mark(svg, m));
    return svg.names("", heading + (y.isLogarithmic() ? " (log)" : "")).end();
  }

  private void line(Svg svg, Panel.Line line) {
    String style = line.role().name().toLowerCase(Locale.ROOT);
    List<String> points = new ArrayList<>();
    Track track = line.track();
    int i = track.from(from);
    while (i < track.size() && track.steps()[i] <= to) {
      if (!Double.isFinite(track.values()[i])) {
        flush(svg, style, points);
        svg.text("lost", at(track.steps()[i]), FRAME.top() + 10, Svg.Anchor.MIDDLE, "✕");
        i++;
        continue;
      }
      int end = i;
      int least = i;
      int greatest = i;
      long column = Math.round(at(track.steps()[i]));
      while (end < track.size()
          && Math.round(at(track.steps()[end])) == column
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
    points.add(Svg.point(at(track.steps()[i]), y.at(track.values()[i])));
  }

  private static void flush(Svg svg, String style, List<String> points) {
    if (points.size() == 1) {
      points.add(points.get(0)); // the round cap of the line draws a single point as a dot
    }
    svg.line(style, points, "");
    points.clear();
  }

  private void mark(Svg svg, Mark mark) {
    double at = at(mark.step());
    String style = "mark " + mark.style();
    if (mark.style().equals("onset") || mark.style().equals("first")) {
      svg.rule(style, at, FRAME.top(), at, FRAME.south(), mark.name());
    } else {
      svg.pointer(style, at, FRAME.top() + 8, mark.name());
    }
  }

  private double at(long step) {
    return x.at(step - onset);
  }
}
