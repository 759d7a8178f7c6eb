// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.telemetry;

import java.util.List;

/**
 * Recognizes what belongs to an evaluation, not to a training step, by its name.
 *
 * <p><b>Definition.</b> One of the words of the name is such as {@code eval}, {@code val} or {@code
 * test}. Words end where letters end, so {@code val_loss} is of an evaluation and {@code value} is
 * not.
 */
public final class Evaluations {
  private static final List<String> WORDS =
      List.of(
          "eval",
          "evaluation",
          "val",
          "valid",
          "validation",
          "test",
          "testing",
          "dev",
          "heldout",
          "holdout",
          "predict");

  private static final List<String> LOSSES = List.of("loss", "nll", "perplexity", "ppl", "bpb");

  private Evaluations() {}

  /** Whether a name of a measurement or field is one of an evaluation. */
  public static boolean isName(String name) {
    return hasWord(name, WORDS);
  }

  /**
   * Whether a field's name says that lower is better, as of {@code loss}, {@code eval/nll} and
   * {@code val_ppl}: one of its words is {@code loss}, {@code nll}, {@code perplexity}, {@code ppl}
   * or {@code bpb}.
   */
  public static boolean isLoss(String field) {
    return hasWord(field, LOSSES);
  }

  private static boolean hasWord(String name, List<String> words) {
    int start = 0;
    for (int i = 0; i <= name.length(); i++) {
      if (i == name.length() || !Character.isLetter(name.charAt(i))) {
        if (isWord(name, start, i, words)) {
          return true;
        }
        start = i + 1;
      }
    }
    return false;
  }

  /**
   * Whether a line is of an evaluation: by its measurement, or by the whole value of a tag such as
   * {@code split=val}.
   */
  public static boolean isLine(Point point) {
    if (isName(point.measurement())) {
      return true;
    }
    for (int i = 0; i < point.tagCount(); i++) {
      String key = point.tagKey(i);
      String value = point.tagValue(i);
      if (!key.equals(Telemetry.RUN)
          && !key.equals("host")
          && isWord(value, 0, value.length(), WORDS)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isWord(String name, int from, int to, List<String> words) {
    for (String word : words) {
      if (word.length() == to - from && name.regionMatches(true, from, word, 0, to - from)) {
        return true;
      }
    }
    return false;
  }
}
