// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.sweep;

import java.util.List;
import java.util.regex.Pattern;

/**
 * A way to train that is compared with other ways.
 *
 * @param name the variant's name, which is part of the names of its runs
 * @param options its options of {@code train}
 */
record Variant(String name, TrainOptions options) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,39}");

  /**
   * Reads {@code NAME:OPTIONS} with options separated by spaces; {@code NAME:} has no options.
   *
   * @throws IllegalArgumentException when the text has another form
   */
  static Variant parse(String text) {
    int colon = text.indexOf(':');
    String name = colon < 0 ? text : text.substring(0, colon);
    if (colon < 0 || !NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "--variant = "
              + text
              + ": expected NAME:OPTIONS, such as qk:\"--qk-layernorm\", with a name of letters,"
              + " digits, '.', '_' and '-'");
    }
    List<String> words = List.of(text.substring(colon + 1).trim().split("\\s+"));
    return new Variant(
        name,
        TrainOptions.parse("--variant = " + text, words.get(0).isEmpty() ? List.of() : words));
  }
}
