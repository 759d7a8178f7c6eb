// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.sweep;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Options of {@code train} that a person gave, by name, so that one can take another's place.
 *
 * <p>Whether {@code train} knows them it says itself, as the message of a failed cell.
 *
 * @param byName each as {@code --option} or {@code --option=value}; several where one is repeated
 */
record TrainOptions(Map<String, List<String>> byName) {
  /** What the grid sets, or what would keep a cell from being trained afresh in its place. */
  private static final Set<String> RESERVED =
      Set.of(
          "--run",
          "--seed",
          "--layers",
          "--heads",
          "--width",
          "--learning-rate",
          "--total-steps",
          "--text",
          "--telemetry",
          "--threads",
          "--checkpoints",
          "--checkpoint-every",
          "--keep",
          "--resume",
          "--token");

  /**
   * Reads {@code --option=value}, {@code --option value} and {@code --option}.
   *
   * @param where said before every problem
   * @throws IllegalArgumentException when a word is none of these, or the option is the sweep's
   */
  static TrainOptions parse(String where, List<String> words) {
    Map<String, List<String>> options = new LinkedHashMap<>();
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      if (!word.startsWith("--") || word.length() < 3) {
        throw new IllegalArgumentException(
            where + ": expected options of train, as --batch=8, found '" + word + "'");
      }
      int equals = word.indexOf('=');
      String name = equals < 0 ? word : word.substring(0, equals);
      if (RESERVED.contains(name)) {
        throw new IllegalArgumentException(where + ": " + name + " is the sweep's to set");
      }
      boolean hasValue = equals < 0 && i + 1 < words.size() && !words.get(i + 1).startsWith("--");
      String option = hasValue ? word + "=" + words.get(++i) : word;
      options.computeIfAbsent(name, n -> new ArrayList<>()).add(option);
    }
    return new TrainOptions(options);
  }

  /** These with others that take their places where both are given. */
  TrainOptions with(TrainOptions others) {
    Map<String, List<String>> all = new LinkedHashMap<>(byName);
    all.putAll(others.byName);
    return new TrainOptions(all);
  }

  /** These with one more, {@code --option=value}; the sweep's own are allowed. */
  TrainOptions with(String option) {
    return with(
        new TrainOptions(Map.of(option.substring(0, option.indexOf('=')), List.of(option))));
  }

  /** As {@code train} takes them. */
  List<String> arguments() {
    return byName.values().stream().flatMap(List::stream).toList();
  }
}
