// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.score;

import io.foreshock.lab.print.Shares;
import io.foreshock.lab.print.TextTable;
import io.foreshock.monitor.report.Figures;
import io.foreshock.predictors.evaluation.Quantiles;
import io.foreshock.predictors.evaluation.Reliability;
import io.foreshock.predictors.evaluation.RunClass;
import io.foreshock.predictors.evaluation.Score;
import io.foreshock.predictors.evaluation.Scoreboard;
import io.foreshock.predictors.evaluation.Sweep;
import io.foreshock.predictors.stats.Share;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes the scoreboard for people, as tables that are both aligned text and Markdown. */
public final class ScoreTable {
  private static final String NONE = Figures.NONE;

  private static final String DEFINITIONS =
      """
      - predictable: runs with an alarm at least 5 steps before the onset [Wilson's 95 % interval]
      - sudden: runs with an alarm from 5 steps before the abrupt event to 5 steps after the onset
      - precision: share of diverged runs among the runs with an alarm; in a diverged run the alarm counts
        if it came at most 5 steps after the onset
      - false/10k: alarms in healthy runs per 10,000 healthy steps; an alarm that continues counts once
        until it was quiet for 10 samples
      - lead: quartiles over the predictable runs with an alarm in time
      - delay: steps from the onset to the alarm in sudden runs, median and 95 % quantile
      - chance: recall, predictable and sudden, when a run's alarms are shifted circularly at random
      - at Foreshock's rate: predictable and sudden runs that the rule finds when its threshold is set so
        that its rate of false alarms is at most Foreshock's
      - Foreshock at its: the same for Foreshock, at the rule's rate of false alarms
      - early: alarms in the first 20 steps of a run, which are not scored
      """;

  private final Scoreboard board;
  private final StringBuilder text = new StringBuilder();

  private ScoreTable(Scoreboard board) {
    this.board = board;
  }

  /**
   * The text, tables first.
   *
   * @param by key of the labels' family by which Foreshock's score is also listed; null for none
   */
  public static String of(Scoreboard board, @Nullable String by) {
    ScoreTable table = new ScoreTable(board);
    table.summary();
    table.rows();
    table.text.append('\n').append(DEFINITIONS).append('\n');
    if (by != null) {
      table.families(by);
    }
    table.reliability();
    return table.text.toString();
  }

  private void summary() {
    Score score = board.foreshock().score();
    text.append(board.runs().get(RunClass.HEALTHY)).append(" healthy runs (");
    text.append(score.healthy().steps()).append(" steps scored), ");
    text.append(board.runs().get(RunClass.PREDICTABLE)).append(" predictable, ");
    text.append(board.runs().get(RunClass.SUDDEN)).append(" sudden.");
    Score.Longest longest = score.healthy().longest();
    if (longest != null) {
      text.append(" Longest healthy run: ").append(longest.run()).append(", ");
      text.append(longest.steps()).append(" steps, ");
      text.append(longest.alarms()).append(" false critical alarms.");
    }
    text.append("\n\n");
  }

  private void rows() {
    TextTable rows =
        TextTable.ofTexts(
            "rule",
            "predictable",
            "sudden",
            "precision",
            "false/10k",
            "lead, steps",
            "lead, % of run",
            "delay",
            "chance",
            "at Foreshock's rate",
            "Foreshock at its",
            "early");
    rows.row(row(board.foreshock())).row(row(board.warnings()));
    board.baselines().forEach(row -> rows.row(row(row)));
    text.append(rows);
  }

  private static List<String> row(Scoreboard.Row row) {
    Score score = row.score();
    boolean off = Double.isInfinite(row.threshold());
    String name = (row.id().startsWith("F") ? "" : row.id() + " ") + row.name();
    String both = row.atForeshocksRate() == null ? NONE : both(row.atForeshocksRate());
    if (off) {
      return List.of(
          name + " (off)", NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, both, NONE, NONE);
    }
    return List.of(
        name,
        Shares.text(score.predictable().foreseen()),
        Shares.text(score.sudden().inTime()),
        Figures.fixed(score.precision().value(), 2),
        Figures.fixed(score.falsePer10k(), 2),
        quartiles(score.predictable().lead(), 1),
        quartiles(score.predictable().leadShare(), 100),
        delay(score.sudden().delay()),
        Figures.percent(score.predictable().chance(), 0)
            + ", "
            + Figures.percent(score.sudden().chance(), 0),
        row.id().equals("F") ? NONE : both,
        row.foreshockAtItsRate() == null ? NONE : both(row.foreshockAtItsRate()),
        String.valueOf(score.early()));
  }

  private void families(String by) {
    TextTable rows =
        TextTable.ofTexts(
            by, "predictable", "sudden", "false/10k", "healthy steps", "lead, % of run");
    for (Map.Entry<String, Score> family : board.families().getOrDefault(by, Map.of()).entrySet()) {
      Score score = family.getValue();
      rows.row(
          family.getKey(),
          Shares.text(score.predictable().foreseen()),
          Shares.text(score.sudden().inTime()),
          Figures.fixed(score.falsePer10k(), 2),
          String.valueOf(score.healthy().steps()),
          quartiles(score.predictable().leadShare(), 100));
    }
    text.append(rows).append('\n');
  }

  private void reliability() {
    Reliability reliability = board.reliability();
    TextTable rows = TextTable.ofTexts("forecast probability", "steps", "predicted", "came true");
    for (Reliability.Bin bin : reliability.bins()) {
      if (bin.steps() > 0) {
        rows.row(
            Figures.fixed(bin.low(), 2) + " to " + Figures.fixed(bin.high(), 2),
            String.valueOf(bin.steps()),
            Figures.fixed(bin.predicted(), 3),
            Figures.fixed(bin.observed(), 3));
      }
    }
    text.append(rows);
    double base = reliability.baseRate();
    text.append("\nThe forecast is the probability that the run diverges within ")
        .append(board.horizonSteps());
    text.append(" steps. Its Brier score over ")
        .append(reliability.steps())
        .append(" steps is ")
        .append(Figures.fixed(reliability.brier(), 4));
    text.append("; always predicting the base rate, ")
        .append(Figures.fixed(base, 3))
        .append(", would score ")
        .append(Figures.fixed(base * (1 - base), 4))
        .append(".\n");
    eta(reliability.eta());
  }

  private void eta(Reliability.Eta eta) {
    if (eta.steps() > 0) {
      text.append("The onset lay within the 80 % interval of the ETA in ");
      text.append(Figures.percent((double) eta.inside() / eta.steps(), 0))
          .append(" of ")
          .append(eta.steps())
          .append(" cases. ");
      text.append("It came sooner in ")
          .append(Figures.percent((double) eta.sooner() / eta.steps(), 0))
          .append(", and ");
      text.append("later or not at all in ")
          .append(Figures.percent((double) eta.later() / eta.steps(), 0))
          .append(".\n");
    }
  }

  private static String both(Sweep.AtRate at) {
    return hits(at.predictable()) + ", " + hits(at.sudden());
  }

  private static String hits(Share share) {
    return share.total() == 0 ? NONE : String.valueOf(share.hits());
  }

  private static String quartiles(Quantiles quantiles, double factor) {
    return quantiles.count() == 0
        ? NONE
        : String.format(
            Locale.ROOT,
            "%.0f · %.0f · %.0f",
            factor * quantiles.quarter(),
            factor * quantiles.median(),
            factor * quantiles.threeQuarters());
  }

  private static String delay(Quantiles quantiles) {
    return quantiles.count() == 0
        ? NONE
        : String.format(
            Locale.ROOT, "%+d, %+d", Math.round(quantiles.median()), Math.round(quantiles.p95()));
  }
}
