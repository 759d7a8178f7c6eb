// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.preflight;

import io.foreshock.predictors.evaluation.Share;
import io.foreshock.predictors.scaling.PreflightScore;
import io.foreshock.predictors.scaling.PreflightScore.Judgement;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/** How well smaller runs foretold larger ones, for people. */
final class PreflightScoreText {
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
    int looks = all.stream().mapToInt(Judgement::looks).sum();
    int inside = all.stream().mapToInt(Judgement::inside).sum();
    int off = all.stream().mapToInt(Judgement::off).sum();
    text.append('\n')
        .append(
            line("stable or not, told by smaller runs", count(all, Judgement::right), all.size()))
        .append(
            line("of those that were lost", count(lost(all), Judgement::right), lost(all).size()))
        .append(line("lost at a rate called safe", count(safe, Judgement::lost), safe.size()))
        .append(String.format(Locale.ROOT, "Brier score %.3f%n", score.brier()))
        .append(line("within their bands, of stable runs' values", inside, looks))
        .append(line("off trend, of stable runs' values", off, looks));
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

  private static List<Judgement> lost(List<Judgement> all) {
    return all.stream().filter(Judgement::lost).toList();
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
