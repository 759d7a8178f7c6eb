// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.sweep;

import java.util.List;
import java.util.regex.Pattern;

/**
 * A way to train that is compared with others.
 *
 * @param name part of the names of its runs
 * @param options of {@code train}
 */
record Variant(String name, TrainOptions options) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,39}");

  /**
   * Reads {@code NAME:OPTIONS}, the options between spaces; {@code NAME:} has none.
   *
   * @throws IllegalArgumentException when it is not that
   */
  static Variant parse(String text) {
    int colon = text.indexOf(':');
    String name = colon < 0 ? text : text.substring(0, colon);
    if (colon < 0 || !NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "--variant = "
              + text
              + ": expected NAME:OPTIONS, as qk:\"--qk-layernorm\"; the name of letters, digits,"
              + " '.', '_' and '-'");
    }
    List<String> words = List.of(text.substring(colon + 1).trim().split("\\s+"));
    return new Variant(
        name,
        TrainOptions.parse("--variant = " + text, words.get(0).isEmpty() ? List.of() : words));
  }
}
