// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.ingest;

import java.nio.charset.StandardCharsets;
import java.util.function.Predicate;

/** Names of other tools' runs as names of Foreshock's runs. */
public final class RunNames {
  private RunNames() {}

  /**
   * A name that is not taken: the wanted one, or that with a number behind it.
   *
   * @param maxBytes longest name
   */
  public static String free(String wanted, int maxBytes, Predicate<String> isTaken) {
    String name = fitting(wanted, maxBytes);
    for (int number = 2; isTaken.test(name); number++) {
      String suffix = "-" + number;
      name = fitting(wanted, maxBytes - suffix.length()) + suffix;
    }
    return name;
  }

  /**
   * The name, changed as little as possible so that it can be one of Foreshock: control characters
   * become {@code _}, and a long name is cut.
   */
  public static String fitting(String name, int maxBytes) {
    StringBuilder text = new StringBuilder();
    int bytes = 0;
    for (int i = 0; i < name.length(); i += Character.charCount(name.codePointAt(i))) {
      int character = name.codePointAt(i);
      boolean unfit =
          Character.isISOControl(character) || Character.getType(character) == Character.SURROGATE;
      String part = unfit ? "_" : Character.toString(character);
      bytes += part.getBytes(StandardCharsets.UTF_8).length;
      if (bytes > maxBytes) {
        break;
      }
      text.append(part);
    }
    String fitting = text.toString();
    if (fitting.endsWith("\\")) {
      fitting = fitting.substring(0, fitting.length() - 1) + "_";
    }
    return fitting.isBlank() || fitting.equals(".") || fitting.equals("..") ? "run" : fitting;
  }
}
