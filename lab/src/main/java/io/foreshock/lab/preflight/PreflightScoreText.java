// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.preflight;

import io.foreshock.lab.print.Shares;
import io.foreshock.lab.print.TextTable;
import io.foreshock.monitor.report.Figures;
import io.foreshock.predictors.scaling.PreflightScore;
import io.foreshock.predictors.scaling.PreflightScore.Judgement;
import io.foreshock.predictors.stats.Share;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/** Writes for people how well the judgements by smaller runs predicted the larger runs. */
final class PreflightScoreText {
  private static final Predicate<Judgement> HAS_LEFT = judgement -> judgement.off() > 0;

  private PreflightScoreText() {}

  static String of(PreflightScore score) {
    List<Judgement> all = score.judgements();
    if (all.isEmpty()) {
      return "No run could be judged: expected finished runs of at least three sizes.\n";
    }
    TextTable table =
        TextTable.ofNumbers(
            "parameters|learning rate|probability|safe learning rate|outcome|wrongly judged run"
                .split("\\|"));
    all.stream()
        .sorted(
            Comparator.comparingDouble(Judgement::parameters)
                .thenComparingDouble(Judgement::learningRate)
                .thenComparing(Judgement::run))
        .forEach(judgement -> table.row(row(judgement)));
    StringBuilder text = new StringBuilder(table.toString());
    List<Judgement> safe = all.stream().filter(Judgement::calledSafe).toList();
    List<Judgement> unstable = all.stream().filter(Judgement::lost).toList();
    List<Judgement> stable = all.stream().filter(judgement -> !judgement.lost()).toList();
    int looks = stable.stream().mapToInt(Judgement::looks).sum();
    int inside = stable.stream().mapToInt(Judgement::inside).sum();
    text.append('\n');
    line(text, "runs judged rightly by smaller runs", all, Judgement::right);
    line(text, "unstable runs judged rightly", unstable, Judgement::right);
    line(
        text,
        "unstable runs among those whose learning rate was called safe",
        safe,
        Judgement::lost);
    text.append("Brier score: ").append(Figures.fixed(score.brier(), 3)).append('\n');
    line(text, "values of stable runs within their bands", inside, looks);
    line(text, "stable runs that were off trend at some milestone", stable, HAS_LEFT);
    line(text, "unstable runs that were off trend at some milestone", unstable, HAS_LEFT);
    if (score.withoutBasis() > 0) {
      text.append("runs without a basis: ").append(score.withoutBasis()).append('\n');
    }
    return text.toString();
  }

  private static List<String> row(Judgement judgement) {
    return List.of(
        Figures.number(judgement.parameters()),
        Figures.number(judgement.learningRate()),
        Figures.fixed(judgement.preflight().probability(), 3),
        Figures.number(judgement.preflight().safeLearningRate()),
        judgement.lost() ? "unstable" : "stable",
        judgement.right() ? "" : judgement.run());
  }

  private static void line(
      StringBuilder text, String what, List<Judgement> of, Predicate<Judgement> condition) {
    line(text, what, (int) of.stream().filter(condition).count(), of.size());
  }

  private static void line(StringBuilder text, String what, int hits, int total) {
    String interval = Shares.interval(new Share(hits, total));
    text.append("%s: %s of %s %s\n".formatted(what, hits, total, interval));
  }
}
