// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.sweep;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Options of {@code train} by name, so that one can override another.
 *
 * <p>An option that {@code train} does not have is not detected here. {@code train} rejects it, and
 * its message becomes the message of the failed cell.
 *
 * @param byName each option as {@code --option} or {@code --option=value}; several if it is
 *     repeated
 */
record TrainOptions(Map<String, List<String>> byName) {
  /** Options that the sweep sets, and options with which a cell would not start from scratch. */
  private static final Set<String> RESERVED =
      Set.of(
          ("--run --seed --layers --heads --width --learning-rate --total-steps --text --telemetry"
                  + " --threads --checkpoints --checkpoint-every --keep --resume --token")
              .split(" "));

  /**
   * Reads {@code --option=value}, {@code --option value} and {@code --option}.
   *
   * @param where beginning of every message
   * @throws IllegalArgumentException when a word has none of these forms, or the sweep sets the
   *     option itself
   */
  static TrainOptions parse(String where, List<String> words) {
    Map<String, List<String>> options = new LinkedHashMap<>();
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      if (!word.startsWith("--") || word.length() < 3) {
        throw new IllegalArgumentException(
            where + ": expected options of train, such as --batch=8, found '" + word + "'");
      }
      int equals = word.indexOf('=');
      String name = equals < 0 ? word : word.substring(0, equals);
      if (RESERVED.contains(name)) {
        throw new IllegalArgumentException(
            where + ": expected no " + name + ", because sweep sets it itself");
      }
      boolean hasValue = equals < 0 && i + 1 < words.size() && !words.get(i + 1).startsWith("--");
      String option = hasValue ? word + "=" + words.get(++i) : word;
      options.computeIfAbsent(name, n -> new ArrayList<>()).add(option);
    }
    return new TrainOptions(options);
  }

  /** These options, overridden by others. */
  TrainOptions with(TrainOptions others) {
    Map<String, List<String>> all = new LinkedHashMap<>(byName);
    all.putAll(others.byName);
    return new TrainOptions(all);
  }

  /** These options with one more, {@code --option=value}, which may be one that the sweep sets. */
  TrainOptions with(String option) {
    return with(
        new TrainOptions(Map.of(option.substring(0, option.indexOf('=')), List.of(option))));
  }

  /** The options as arguments of {@code train}. */
  List<String> arguments() {
    return byName.values().stream().flatMap(List::stream).toList();
  }
}
