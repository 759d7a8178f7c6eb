// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.client;

import java.util.List;
import java.util.Locale;

/** Finds names similar to a mistyped one. */
final class NearNames {
  private static final int MOST = 5;

  private NearNames() {}

  /**
   * At most {@value #MOST} names that contain the word or begin with its first half. If there are
   * none, the first names of the list.
   */
  static List<String> of(String word, List<String> names) {
    String wanted = word.toLowerCase(Locale.ROOT);
    String prefix = wanted.substring(0, (wanted.length() + 1) / 2);
    List<String> near =
        names.stream()
            .filter(
                name -> {
                  String lower = name.toLowerCase(Locale.ROOT);
                  return lower.contains(wanted) || lower.startsWith(prefix);
                })
            .toList();
    return (near.isEmpty() ? names : near).stream().limit(MOST).toList();
  }
}
