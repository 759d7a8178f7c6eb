// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.preflight;

import io.foreshock.predictors.scaling.PreflightScore;
import io.foreshock.predictors.scaling.PreflightScore.Judgement;
import io.foreshock.predictors.stats.Share;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/** How well smaller runs foretold larger ones, for people. */
final class PreflightScoreText {
  private static final Predicate<Judgement> HAS_LEFT = judgement -> judgement.off() > 0;

  private PreflightScoreText() {}

  static String of(PreflightScore score) {
    List<Judgement> all = score.judgements();
    if (all.isEmpty()) {
      return "No run could be judged: expected finished runs of at least three sizes.\n";
    }
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%12s %10s %9s %12s %10s  %s%n",
            "parameters",
            "rate",
            "P",
            "safe rate",
            "was",
            ""));
    all.stream()
        .sorted(
            Comparator.comparingDouble(Judgement::parameters)
                .thenComparingDouble(Judgement::learningRate)
                .thenComparing(Judgement::run))
        .forEach(judgement -> text.append(row(judgement)));
    List<Judgement> safe = all.stream().filter(Judgement::calledSafe).toList();
    List<Judgement> lost = all.stream().filter(Judgement::lost).toList();
    List<Judgement> stable = all.stream().filter(judgement -> !judgement.lost()).toList();
    int looks = stable.stream().mapToInt(Judgement::looks).sum();
    int inside = stable.stream().mapToInt(Judgement::inside).sum();
    text.append('\n')
        .append(
            line("stable or not, told by smaller runs", count(all, Judgement::right), all.size()))
        .append(line("of those that were lost", count(lost, Judgement::right), lost.size()))
        .append(line("lost at a rate called safe", count(safe, Judgement::lost), safe.size()))
        .append(String.format(Locale.ROOT, "Brier score %.3f%n", score.brier()))
        .append(line("within their bands, of stable runs' values", inside, looks))
        .append(
            line(
                "off trend at some milestone, of stable runs",
                count(stable, HAS_LEFT),
                stable.size()))
        .append(
            line("off trend at some milestone, of lost ones", count(lost, HAS_LEFT), lost.size()));
    if (score.withoutBasis() > 0) {
      text.append(score.withoutBasis()).append(" runs were without basis\n");
    }
    return text.toString();
  }

  private static String row(Judgement judgement) {
    return String.format(
        Locale.ROOT,
        "%12.0f %10.2g %9.3f %12.2g %10s  %s%n",
        judgement.parameters(),
        judgement.learningRate(),
        judgement.preflight().probability(),
        judgement.preflight().safeLearningRate(),
        judgement.lost() ? "lost" : "stable",
        judgement.right() ? "" : "wrong: " + judgement.run());
  }

  private static int count(List<Judgement> of, Predicate<Judgement> condition) {
    return (int) of.stream().filter(condition).count();
  }

  private static String line(String what, int hits, int total) {
    Share share = new Share(hits, total);
    return String.format(
        Locale.ROOT,
        "%s: %d of %d [%.0f–%.0f %%]%n",
        what,
        hits,
        total,
        100 * share.low(),
        100 * share.high());
  }
}
