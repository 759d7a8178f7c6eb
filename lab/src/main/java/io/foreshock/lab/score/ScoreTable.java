// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.score;

import io.foreshock.predictors.evaluation.Quantiles;
import io.foreshock.predictors.evaluation.Reliability;
import io.foreshock.predictors.evaluation.RunClass;
import io.foreshock.predictors.evaluation.Score;
import io.foreshock.predictors.evaluation.Scoreboard;
import io.foreshock.predictors.evaluation.Sweep;
import io.foreshock.predictors.stats.Share;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The scoreboard for people: tables that are aligned and Markdown at once. */
public final class ScoreTable {
  private static final String NONE = "–";

  private static final String DEFINITIONS =
      """
      Predictable: an alarm at least 5 steps before the onset, [Wilson 95 %%]. Sudden: from 5 steps before the
      strike to 5 after the onset. Precision: of the runs with an alarm (healthy, or in time up to 5 steps
      after the onset), the unstable ones. False: alarms in healthy runs, per 10,000 of their steps; what
      goes on firing counts once until it was quiet for 10 samples. Lead: quartiles over the runs foreseen.
      Delay: from the onset, median and 95 %%. Chance: recall with the run's alarms shifted circularly.
      Nothing in the first 20 steps of a run is scored; early = alarms there. At Foreshock's rate: the rule,
      swept to at most Foreshock's rate of false alarms. Foreshock at its: the other way round. Both as
      predictable, sudden.
      """;

  private final Scoreboard board;
  private final StringBuilder text = new StringBuilder();

  private ScoreTable(Scoreboard board) {
    this.board = board;
  }

  /**
   * The text, tables first.
   *
   * @param by property of the family to break Foreshock's score down by; null for none
   */
  public static String of(Scoreboard board, String by) {
    ScoreTable table = new ScoreTable(board);
    table.summary();
    table.rows();
    table.text.append('\n').append(String.format(Locale.ROOT, DEFINITIONS)).append('\n');
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
    List<List<String>> rows = new ArrayList<>();
    rows.add(
        List.of(
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
            "early"));
    rows.add(row(board.foreshock()));
    rows.add(row(board.warnings()));
    board.baselines().forEach(row -> rows.add(row(row)));
    table(rows);
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
        share(score.predictable().foreseen()),
        share(score.sudden().inTime()),
        score.precision().total() == 0 ? NONE : number(score.precision().value(), 2),
        Double.isNaN(score.falsePer10k()) ? NONE : number(score.falsePer10k(), 2),
        quartiles(score.predictable().lead(), 1),
        quartiles(score.predictable().leadShare(), 100),
        delay(score.sudden().delay()),
        percent(score.predictable().chance()) + ", " + percent(score.sudden().chance()),
        row.id().equals("F") ? NONE : both,
        row.foreshockAtItsRate() == null ? NONE : both(row.foreshockAtItsRate()),
        String.valueOf(score.early()));
  }

  private void families(String by) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of(by, "predictable", "sudden", "false/10k", "healthy steps", "lead, % of run"));
    for (Map.Entry<String, Score> family : board.families().getOrDefault(by, Map.of()).entrySet()) {
      Score score = family.getValue();
      rows.add(
          List.of(
              family.getKey(),
              share(score.predictable().foreseen()),
              share(score.sudden().inTime()),
              Double.isNaN(score.falsePer10k()) ? NONE : number(score.falsePer10k(), 2),
              String.valueOf(score.healthy().steps()),
              quartiles(score.predictable().leadShare(), 100)));
    }
    table(rows);
    text.append('\n');
  }

  private void reliability() {
    Reliability reliability = board.reliability();
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("forecast probability", "steps", "predicted", "came true"));
    for (Reliability.Bin bin : reliability.bins()) {
      if (bin.steps() > 0) {
        rows.add(
            List.of(
                number(bin.low(), 2) + " to " + number(bin.high(), 2),
                String.valueOf(bin.steps()),
                number(bin.predicted(), 3),
                number(bin.observed(), 3)));
      }
    }
    table(rows);
    double base = reliability.baseRate();
    text.append("\nThe forecast says \"diverges within ").append(board.horizonSteps());
    text.append(" steps\". Brier score ").append(number(reliability.brier(), 4));
    text.append(" over ")
        .append(reliability.steps())
        .append(" steps; of always saying the base rate ");
    text.append(number(base, 3)).append(": ").append(number(base * (1 - base), 4)).append(".\n");
    eta(reliability.eta());
  }

  private void eta(Reliability.Eta eta) {
    if (eta.steps() > 0) {
      text.append("Its interval for the steps left, meant to hold 80 %, held ");
      text.append(percent((double) eta.inside() / eta.steps())).append(" of ").append(eta.steps());
      text.append("; ")
          .append(percent((double) eta.sooner() / eta.steps()))
          .append(" came sooner, ");
      text.append(percent((double) eta.later() / eta.steps())).append(" later or not at all.\n");
    }
  }

  private void table(List<List<String>> rows) {
    int columns = rows.get(0).size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(Math.max(3, widths[i]), row.get(i).length());
      }
    }
    for (int r = 0; r < rows.size(); r++) {
      for (int i = 0; i < columns; i++) {
        String cell = rows.get(r).get(i).replace("|", "\\|");
        text.append("| ").append(cell).append(" ".repeat(Math.max(0, widths[i] - cell.length())));
        text.append(i == columns - 1 ? " |\n" : " ");
      }
      for (int i = 0; r == 0 && i < columns; i++) {
        text.append('|').append("-".repeat(widths[i] + 2)).append(i == columns - 1 ? "|\n" : "");
      }
    }
  }

  private static String share(Share share) {
    return share.total() == 0
        ? NONE
        : String.format(
            Locale.ROOT,
            "%d/%d [%.0f–%.0f %%]",
            share.hits(),
            share.total(),
            100 * share.low(),
            100 * share.high());
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

  private static String percent(double share) {
    return Double.isNaN(share) ? NONE : String.format(Locale.ROOT, "%.0f %%", 100 * share);
  }

  private static String number(double value, int digits) {
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }
}
