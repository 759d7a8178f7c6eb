// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.score;

import io.foreshock.monitor.report.Axis;
import io.foreshock.monitor.report.Figures;
import io.foreshock.monitor.report.Svg;
import io.foreshock.predictors.evaluation.Scoreboard;
import io.foreshock.predictors.evaluation.Sweep;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Draws recall on predictable runs against false alarms, as an SVG file.
 *
 * <p>The thick line is Foreshock with its threshold swept, and the big dot is Foreshock's alarms.
 * Every baseline is a dot with its id, at its published threshold. The thin lines are the sweeps of
 * the best {@value #BEST} baselines. The axis of the false-alarm rate is logarithmic from {@value
 * #LEAST_RATE}; lower rates, and 0, are drawn at its left edge.
 */
public final class ScorePlot {
  private static final Svg.Frame FRAME = new Svg.Frame(720, 420, 60, 24, 40, 52);
  private static final double LABEL_WIDTH = 45;
  private static final double LABEL_HEIGHT = 11;
  private static final int MOST_TICKS = 5;
  private static final int BEST = 3;
  private static final double LEAST_RATE = 0.1;
  private static final double MOST_RATE = 1000;

  private final Scoreboard board;
  private final Axis x =
      Axis.logarithmic().include(LEAST_RATE, MOST_RATE).place(FRAME.left(), FRAME.east(), 0);
  private final Axis y = Axis.linear().include(0, 1).place(FRAME.south(), FRAME.top(), 0);
  private final Svg svg = Svg.file(FRAME, "Recall on predictable runs against false alarms");

  private ScorePlot(Scoreboard board) {
    this.board = board;
  }

  public static String of(Scoreboard board) {
    return new ScorePlot(board).draw();
  }

  private String draw() {
    svg.columns(
        x, x.ticks(MOST_TICKS), rate -> (rate <= LEAST_RATE ? "≤ " : "") + Figures.number(rate));
    svg.rows(y, y.ticks(MOST_TICKS), recall -> Figures.percent(recall, 0));
    svg.names(
        "false alarms per 10k healthy steps", "predictable runs warned at least 5 steps ahead");
    best().forEach(row -> line("other", row.name(), row.sweep()));
    line("main thick", "Foreshock", board.foreshock().sweep());
    dots();
    double right = x(board.foreshock());
    double up = y(board.foreshock());
    svg.dot("main", right, up, 7, "Foreshock: critical");
    label("name", right, up - 12, "Foreshock");
    return svg.end();
  }

  private List<Scoreboard.Row> best() {
    Comparator<Scoreboard.Row> byRecall =
        Comparator.comparing(
            row -> {
              Sweep.AtRate at = row.atForeshocksRate();
              return at == null ? 0 : at.predictable().hits();
            });
    return board.baselines().stream()
        .sorted(
            byRecall.thenComparing(row -> row.score().predictable().foreseen().hits()).reversed())
        .limit(BEST)
        .toList();
  }

  private void line(String style, String name, @Nullable Sweep sweep) {
    if (sweep == null) {
      return;
    }
    List<String> points = new ArrayList<>();
    double recall = Double.NEGATIVE_INFINITY;
    double rate = Double.NEGATIVE_INFINITY;
    for (Sweep.Point point : sweep.points()) {
      if (point.falsePer10k() < rate) {
        continue; // a rule that fires all the time opens few alarms, but nobody can use it
      }
      rate = point.falsePer10k();
      recall = Math.max(recall, zeroIfNone(point.predictable().value()));
      points.add(Svg.point(x.at(clipped(rate)), y.at(recall)));
    }
    svg.line(style, points, name + ", threshold swept");
  }

  /** Draws the baselines. Baselines whose labels would overlap share a dot. */
  private void dots() {
    List<List<Scoreboard.Row>> places = new ArrayList<>();
    for (Scoreboard.Row row : board.baselines()) {
      if (!Double.isInfinite(row.threshold())) {
        place(row, places).add(row);
      }
    }
    for (List<Scoreboard.Row> rows : places) {
      double right = x(rows.get(0));
      double up = y(rows.get(0));
      String names = String.join("; ", rows.stream().map(Scoreboard.Row::name).toList());
      svg.dot("s5", right, up, 4, names);
      label("", right, up, String.join(" ", rows.stream().map(Scoreboard.Row::id).toList()));
    }
  }

  private List<Scoreboard.Row> place(Scoreboard.Row row, List<List<Scoreboard.Row>> places) {
    for (List<Scoreboard.Row> place : places) {
      Scoreboard.Row first = place.get(0);
      if (Math.abs(x(first) - x(row)) < LABEL_WIDTH && Math.abs(y(first) - y(row)) < LABEL_HEIGHT) {
        return place;
      }
    }
    List<Scoreboard.Row> place = new ArrayList<>();
    places.add(place);
    return place;
  }

  private void label(String style, double right, double up, String label) {
    boolean before = right > FRAME.width() - 140;
    Svg.Anchor anchor = before ? Svg.Anchor.END : Svg.Anchor.START;
    svg.text(style, right + (before ? -9 : 9), up + 4, anchor, label);
  }

  private double x(Scoreboard.Row row) {
    return x.at(clipped(zeroIfNone(row.score().falsePer10k())));
  }

  private double y(Scoreboard.Row row) {
    return y.at(zeroIfNone(row.score().predictable().foreseen().value()));
  }

  private static double clipped(double rate) {
    return Math.max(LEAST_RATE, Math.min(MOST_RATE, rate));
  }

  private static double zeroIfNone(double share) {
    return Double.isNaN(share) ? 0 : share;
  }
}
