// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.score;

import io.foreshock.predictors.evaluation.Scoreboard;
import io.foreshock.predictors.evaluation.Sweep;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Draws recall on predictable runs against false alarms as self-contained SVG, readable on light
 * and dark.
 *
 * <p>Foreshock's sweep is the thick line and its alarms the big dot; every baseline is a dot with
 * its id at its published threshold, and the sweeps of the best {@value #BEST} are thin lines. The
 * rate's axis is logarithmic from {@value #LEAST_RATE}; less than that, none included, is at its
 * left edge.
 */
public final class ScorePlot {
  private static final int WIDTH = 720;
  private static final int HEIGHT = 420;
  private static final int LEFT = 60;
  private static final int RIGHT = 24;
  private static final int TOP = 40;
  private static final int BOTTOM = 52;
  private static final double LABEL_WIDTH = 45;
  private static final double LABEL_HEIGHT = 11;
  private static final int BEST = 3;
  private static final double LEAST_RATE = 0.1;
  private static final double MOST_RATE = 1000;

  private static final String STYLE =
      "<style>text{font:12px system-ui,sans-serif;fill:#333}.g{stroke:#8884;stroke-width:1}"
          + ".f{fill:none;stroke:#0a6cc9;stroke-width:3}.b{fill:none;stroke:#888;stroke-width:1.2}"
          + ".d{fill:#a4511f}.F{fill:#0a6cc9}.n{font-weight:600}"
          + "@media(prefers-color-scheme:dark){text{fill:#ddd}.f{stroke:#58a6ff}.F{fill:#58a6ff}"
          + ".d{fill:#e0935f}.b{stroke:#999}}</style>";

  private final Scoreboard board;
  private final StringBuilder svg = new StringBuilder();

  private ScorePlot(Scoreboard board) {
    this.board = board;
  }

  public static String of(Scoreboard board) {
    ScorePlot plot = new ScorePlot(board);
    plot.axes();
    List<Scoreboard.Row> best = plot.best();
    best.forEach(row -> plot.line("b", row.name(), row.sweep()));
    plot.line("f", "Foreshock", board.foreshock().sweep());
    plot.dots();
    plot.dot(
        "F",
        rate(board.foreshock()),
        recall(board.foreshock()),
        "Foreshock",
        "Foreshock: critical");
    return plot.svg.append("</svg>\n").toString();
  }

  private List<Scoreboard.Row> best() {
    Comparator<Scoreboard.Row> byRecall =
        Comparator.comparing(row -> row.atForeshocksRate().predictable().hits());
    return board.baselines().stream()
        .sorted(
            byRecall.thenComparing(row -> row.score().predictable().foreseen().hits()).reversed())
        .limit(BEST)
        .toList();
  }

  private void axes() {
    svg.append(
        String.format(
            Locale.ROOT,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\">",
            WIDTH,
            HEIGHT));
    svg.append("<title>Recall on predictable runs against false alarms</title>").append(STYLE);
    for (int percent = 0; percent <= 100; percent += 20) {
      double y = y(percent / 100.0);
      rule(LEFT, y, WIDTH - RIGHT, y);
      text(LEFT - 8, y + 4, "end", percent + " %");
    }
    for (double rate = LEAST_RATE; rate <= MOST_RATE * 1.01; rate *= 10) {
      double x = x(rate);
      rule(x, TOP, x, HEIGHT - BOTTOM);
      boolean least = rate == LEAST_RATE;
      String label = String.format(Locale.ROOT, rate < 0.99 ? "%.1f" : "%.0f", rate);
      text(x, HEIGHT - BOTTOM + 18, "middle", least ? "≤ " + label : label);
    }
    text((LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 12, "middle", "false alarms per 10k healthy steps");
    text(LEFT, 16, "start", "predictable runs warned at least 5 steps ahead");
  }

  private void line(String style, String name, Sweep sweep) {
    List<String> points = new ArrayList<>();
    double recall = Double.NEGATIVE_INFINITY;
    double rate = Double.NEGATIVE_INFINITY;
    for (Sweep.Point point : sweep.points()) {
      if (point.falsePer10k() < rate) {
        continue; // an always firing rule alarms seldom: no way to use it
      }
      rate = point.falsePer10k();
      recall = Math.max(recall, value(point));
      points.add(String.format(Locale.ROOT, "%.1f,%.1f", x(rate), y(recall)));
    }
    if (!points.isEmpty()) {
      svg.append("<polyline class=\"").append(style).append("\" points=\"");
      svg.append(String.join(" ", points)).append("\"><title>").append(escaped(name));
      svg.append(", threshold swept</title></polyline>");
    }
  }

  /** Baselines whose labels would lie on each other share a dot. */
  private void dots() {
    List<List<Scoreboard.Row>> places = new ArrayList<>();
    for (Scoreboard.Row row : board.baselines()) {
      if (!Double.isInfinite(row.threshold())) {
        place(row, places).add(row);
      }
    }
    for (List<Scoreboard.Row> rows : places) {
      String ids = String.join(" ", rows.stream().map(Scoreboard.Row::id).toList());
      String names = String.join("; ", rows.stream().map(Scoreboard.Row::name).toList());
      dot("d", rate(rows.get(0)), recall(rows.get(0)), ids, names);
    }
  }

  private static List<Scoreboard.Row> place(Scoreboard.Row row, List<List<Scoreboard.Row>> places) {
    for (List<Scoreboard.Row> place : places) {
      Scoreboard.Row first = place.get(0);
      boolean near =
          Math.abs(x(rate(first)) - x(rate(row))) < LABEL_WIDTH
              && Math.abs(y(recall(first)) - y(recall(row))) < LABEL_HEIGHT;
      if (near) {
        return place;
      }
    }
    List<Scoreboard.Row> place = new ArrayList<>();
    places.add(place);
    return place;
  }

  private void dot(String style, double rate, double recall, String label, String title) {
    boolean big = style.equals("F");
    double x = x(rate);
    double y = y(recall);
    svg.append(
        String.format(
            Locale.ROOT,
            "<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"%d\"><title>%s</title></circle>",
            style,
            x,
            y,
            big ? 7 : 4,
            escaped(title)));
    boolean right = x > WIDTH - 140;
    svg.append(big ? "<g class=\"n\">" : "<g>");
    text(x + (right ? -9 : 9), y + (big ? -8 : 4), right ? "end" : "start", label);
    svg.append("</g>");
  }

  private void rule(double x1, double y1, double x2, double y2) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<line class=\"g\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>",
            x1,
            y1,
            x2,
            y2));
  }

  private void text(double x, double y, String anchor, String content) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>",
            x,
            y,
            anchor,
            escaped(content)));
  }

  private static double x(double rate) {
    double clipped = Math.max(LEAST_RATE, Math.min(MOST_RATE, rate));
    double share = Math.log(clipped / LEAST_RATE) / Math.log(MOST_RATE / LEAST_RATE);
    return LEFT + (WIDTH - LEFT - RIGHT) * share;
  }

  private static double y(double recall) {
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * recall;
  }

  private static double rate(Scoreboard.Row row) {
    double rate = row.score().falsePer10k();
    return Double.isNaN(rate) ? 0 : rate;
  }

  private static double recall(Scoreboard.Row row) {
    double recall = row.score().predictable().foreseen().value();
    return Double.isNaN(recall) ? 0 : recall;
  }

  private static double value(Sweep.Point point) {
    return point.predictable().total() == 0 ? 0 : point.predictable().value();
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
