// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording.format.text;

import io.foreshock.lab.recording.format.text.Name.Kind;
import io.foreshock.predictors.telemetry.Evaluations;
import io.foreshock.predictors.telemetry.NameTable;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Finds what the words before a number mean.
 *
 * <p><b>Definition.</b> The words after log levels, units and filler words are the name. A name
 * that ends in a word for steps or epochs is one, whatever stands before it. All others must match
 * as a whole: {@code aux loss} is not {@code loss}.
 *
 * <p><b>Threads.</b> Not safe. <b>Cost.</b> One look-up for words seen before; at most {@value
 * #MOST_REMEMBERED} are remembered.
 */
final class NameReader {
  private static final int MOST_REMEMBERED = 4096;
  private static final int MOST_WORDS = 12;
  private static final int LONGEST_NAME = 64;

  /** Names of steps; those of a row come before those of the next. */
  private static final List<Set<String>> STEPS =
      List.of(
          Set.of("global_step", "global_steps", "global_iter", "global_iteration"),
          Set.of("global_step_max_steps", "num_updates", "optimizer_step", "opt_step"),
          Set.of("trainer_global_step", "current_steps", "update_step"),
          Set.of("step", "steps", "_step", "step_num", "update", "updates"),
          Set.of("iteration", "iterations", "iter", "iters", "it", "itr", "iter_num", "n_iter"),
          Set.of("batch", "batches", "minibatch", "mini_batch", "batch_idx", "batch_id"));

  private static final Set<String> EPOCHS =
      Set.of("epoch", "epochs", "ep", "epoch_num", "current_epoch", "cur_epoch");

  /** Words that say nothing about the number after them. */
  private static final Set<String> FILLERS =
      Set.of(
          "debug", "info", "warning", "warn", "error", "notice", "the", "at", "a", "and", "with",
          "has", "is", "was", "of", "in", "for", "current", "s", "sec", "secs", "seconds", "ms",
          "min", "it_s", "s_it", "ms_step", "s_step");

  /** Names of the contract that do not show on their own how training goes. */
  private static final Set<String> BOOKKEEPING =
      Set.of(
          "step",
          "learning_rate",
          "tokens",
          "batch",
          "param_norm",
          "step_seconds",
          "skipped",
          "loss_scale",
          "nonfinite",
          "tokens_per_second",
          "mfu");

  /** Names whose numbers are only the beginning of something else. */
  private static final Set<String> NOISE =
      Set.of("eta", "remaining_time", "elapsed", "line", "pid");

  /** {@code Loss is 2.5} */
  private static final Pattern VERB = Pattern.compile(" (is|was|of)$");

  private static final Pattern SOURCE_FILE = Pattern.compile(".*\\.(py|cpp|cc|cu|scala|java)");

  private final NameTable table;
  private final Map<String, Name> known = new HashMap<>();

  NameReader(NameTable table) {
    this.table = table;
  }

  /** Reads words of a line. */
  Name read(String words) {
    Name name = known.get(words);
    if (name == null) {
      name = find(words);
      remember(words, name);
    }
    return name;
  }

  /** Reads the key of a dict, which is a name as a whole. */
  Name key(String key) {
    String remembered = "{" + key;
    Name name = known.get(remembered);
    if (name == null) {
      name = whole(key, Evaluations.isName(key));
      remember(remembered, name);
    }
    return name;
  }

  /** Whether a word between blanks is one of evaluations and nothing else. */
  boolean hasEvaluationWord(String line, int from, int to) {
    int start = from;
    for (int i = from; i <= to; i++) {
      if (i == to || !Character.isLetter(line.charAt(i))) {
        boolean alone = (i == to || line.charAt(i) == ' ') && i > start && i - start <= 10;
        if (alone
            && (start == from || line.charAt(start - 1) == ' ')
            && isEvaluation(line, start, i)) {
          return true;
        }
        start = i + 1;
      }
    }
    return false;
  }

  private static boolean isEvaluation(String line, int from, int to) {
    return Evaluations.isName(line.substring(from, to));
  }

  private void remember(String words, Name name) {
    if (known.size() < MOST_REMEMBERED && words.length() <= 4 * LONGEST_NAME) {
      known.put(words, name);
    }
  }

  private Name find(String text) {
    if (text.length() > 4 * LONGEST_NAME) {
      return other("", false);
    }
    String[] words = VERB.matcher(text).replaceFirst("").strip().split("[ \"']+", MOST_WORDS + 1);
    if (words.length > MOST_WORDS) {
      return other("", false);
    }
    int evaluation = evaluationWord(words);
    if (evaluation >= 0) {
      return ofEvaluation(words, evaluation);
    }
    for (int from = 0; from < words.length; from++) {
      Name name = whole(join(words, from), false);
      if (name.is(Kind.STEP) || name.is(Kind.EPOCH) || name.is(Kind.RANK)) {
        return name;
      }
      if (from == fillers(words) && !name.is(Kind.OTHER)) {
        return name;
      }
    }
    Name all = whole(join(words, 0), false);
    return all.is(Kind.OTHER) ? other(join(words, fillers(words)), false) : all;
  }

  /** A name with a word of evaluations: one of its numbers, or of its place in the run. */
  private Name ofEvaluation(String[] words, int evaluation) {
    Name last = whole(words[words.length - 1], false);
    if (words.length > 1 && (last.is(Kind.STEP) || last.is(Kind.EPOCH))) {
      return new Name(last.text(), last.normal(), last.kind(), last.rank(), true);
    }
    int from = evaluation == words.length - 1 ? fillers(words) : evaluation;
    String text = join(words, Math.min(from, evaluation));
    return new Name(text, normal(text), Kind.EVALUATION, 0, true);
  }

  private static int evaluationWord(String[] words) {
    for (int i = 0; i < words.length; i++) {
      if (!words[i].contains(".py") && !words[i].startsWith("/") && Evaluations.isName(words[i])) {
        return i;
      }
    }
    return -1;
  }

  private static int fillers(String[] words) {
    int count = 0;
    while (count < words.length - 1 && FILLERS.contains(normal(words[count]))) {
      count++;
    }
    return count;
  }

  private Name whole(String text, boolean ofEvaluation) {
    String normal = normal(text);
    String place = normal.replaceFirst("^(train|training|valid|val|eval|test)_+", "");
    for (int rank = 0; rank < STEPS.size(); rank++) {
      if (STEPS.get(rank).contains(place)) {
        return new Name(text, normal, Kind.STEP, rank, ofEvaluation);
      }
    }
    if (EPOCHS.contains(place)) {
      return new Name(text, normal, Kind.EPOCH, 0, ofEvaluation);
    }
    if (normal.equals("rank")) {
      return new Name(text, normal, Kind.RANK, 0, false);
    }
    if (ofEvaluation) {
      return new Name(text, normal, Kind.EVALUATION, 0, true);
    }
    String contract = table.translated(text);
    if (contract != null) {
      boolean bookkeeping = BOOKKEEPING.contains(contract);
      return new Name(text, normal, bookkeeping ? Kind.BOOKKEEPING : Kind.SIGNAL, 0, false);
    }
    return other(text, false);
  }

  private static Name other(String text, boolean ofEvaluation) {
    boolean noise =
        text.length() > LONGEST_NAME
            || SOURCE_FILE.matcher(text).matches()
            || NOISE.contains(normal(text));
    String kept = noise ? "" : text;
    return new Name(kept, normal(kept), Kind.OTHER, 0, ofEvaluation);
  }

  private static String join(String[] words, int from) {
    return String.join(" ", List.of(words).subList(from, words.length));
  }

  private static String normal(String text) {
    return text.toLowerCase(Locale.ROOT).replaceAll("[-/. ]", "_");
  }
}
