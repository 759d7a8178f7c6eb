// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.telemetry;

import java.util.Random;

/** Line protocol at random: nearly right, so that every rule of the grammar is met and broken. */
final class RandomLines {
  private static final String[] PIECES = {
    "\n",
    "\n",
    "\r\n",
    "\r",
    " ",
    " ",
    "\t",
    ",",
    ",",
    "=",
    "=",
    "\"",
    "\"",
    "\\",
    "\\",
    "#",
    "m",
    "run=a",
    "k=v",
    " f=1",
    ",g=2i",
    ",h=\"x\"",
    "=\"",
    "\" 7\n",
    "\ufeff",
    "é",
    "7",
    "-",
    "i",
    "u",
    ".",
    "e5",
    "NaN",
    "t"
  };
  private static final String[] VALUES = {
    "1", "2i", "-3i", "5u", "-5u", "18446744073709551615u", "18446744073709551616u", "1.5", "-2e-3",
    "1.2.3", "t", "truth", "NaN", "-inf", "9223372036854775808i", "\"\"", "\"x\"", "\"a\\\"b\\\\\"",
    "\"two\nlines\"", "\"open", "\"x\"y", "", "\"C:\\\"", "1\"2", "\"m,run=b f=1\n\""
  };
  private static final String[] NAMES = {
    "m",
    "train_step",
    "k",
    "run",
    "a\\ b",
    "a\\,b",
    "a\\=b",
    "a\\b",
    "a\\\\",
    "q\"q",
    "",
    "é",
    "a=b"
  };

  private RandomLines() {}

  /** Some lines, most of them well-formed, with noise between them. */
  static String input(Random random) {
    StringBuilder text = new StringBuilder(random.nextInt(8) == 0 ? "\ufeff" : "");
    for (int i = 1 + random.nextInt(5); i > 0; i--) {
      text.append(random.nextInt(4) == 0 ? noise(random) : line(random));
    }
    if (random.nextInt(3) == 0) {
      int at = random.nextInt(text.length() + 1);
      text.insert(at, any(random, PIECES));
    }
    return text.toString();
  }

  private static String noise(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(12); i > 0; i--) {
      text.append(any(random, PIECES));
    }
    return text.toString();
  }

  private static String line(Random random) {
    StringBuilder line = new StringBuilder(any(random, NAMES));
    for (int i = random.nextInt(3); i > 0; i--) {
      line.append(',').append(any(random, NAMES)).append('=').append(any(random, NAMES));
    }
    for (int i = 0, count = 1 + random.nextInt(3); i < count; i++) {
      line.append(i == 0 ? " " : ",").append(any(random, NAMES)).append('=');
      line.append(any(random, VALUES));
    }
    return line + any(random, " 7", " -7", "", " ", " 1.5") + any(random, "\n", "\n", "\r\n", "");
  }

  /**
   * A line whose texts, all of them closed, hold {@code inner}.
   *
   * @param broken whether something else in it is wrong, or nothing
   */
  static String withTexts(Random random, String inner, boolean broken) {
    String head = any(random, "train_step,run=a", "train_step,k=v\"w,run=a", "m\\ \",run=a");
    StringBuilder line = new StringBuilder(head);
    for (int i = 0, count = 1 + random.nextInt(3); i < count; i++) {
      line.append(i == 0 ? " " : ",").append(any(random, "step=1i", "loss=2.5", "a\\=\"b=1"));
      line.append(",note").append(i).append("=\"").append(any(random, "", "\\\\", "x"));
      line.append(inner.repeat(1 + random.nextInt(2))).append(any(random, "", "\\\\")).append('"');
    }
    if (broken) {
      int afterHead = head.length() + 1;
      switch (random.nextInt(5)) {
        case 0 -> line.insert(afterHead, any(random, "f=1.2.3,", "f,", ",", "=1,", "f=-1u,"));
        case 1 -> line.insert(afterHead, any(random, "name f=1,", "f=1 ", "f=1, "));
        case 2 -> line.append(any(random, "x", ",", ",f", ",f=", " soon", " 1 2", " 7 g=1"));
        case 3 -> line.insert(0, any(random, ",", "=x ", "m,run=a,k ", "m,run "));
        default -> line.insert(head.length(), any(random, ",run=b,run=c", ",k=", ",=v", ",l=a=b"));
      }
    }
    return line + any(random, "\n", "\r\n", " \n");
  }

  private static String any(Random random, String... choices) {
    return choices[random.nextInt(choices.length)];
  }
}
