// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.client;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Finds names similar to a mistyped one. */
final class NearNames {
  private static final int MOST = 5;

  private NearNames() {}

  /**
   * The end of an error message: at most {@value #MOST} names that contain the word or begin with
   * its first half. If there are none, the first names of the list, which are then not called
   * similar.
   */
  static String hint(String word, List<String> names) {
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
    return (near.isEmpty() ? "; runs are: " : "; similar names: ")
        + (near.isEmpty() ? names : near).stream().limit(MOST).collect(Collectors.joining(", "))
        + (near.isEmpty() && names.size() > MOST ? ", …" : "");
  }
}
