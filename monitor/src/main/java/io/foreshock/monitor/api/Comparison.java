// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.api;

import io.foreshock.monitor.pipeline.RunView;
import java.util.Locale;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Compares a value of a run with one that a person gave. A run without the value does not match.
 *
 * @param text in lower case
 * @param number the text as a number; NaN when it is none
 */
record Comparison(RunColumn column, Sign sign, String text, double number)
    implements Predicate<RunView> {
  private static final String NUMBER = "[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)(e[+-]?[0-9]+)?";

  /** How two values are compared. The longer signs come first, because they contain others. */
  enum Sign {
    AT_MOST("<="),
    AT_LEAST(">="),
    UNEQUAL("!="),
    LESS("<"),
    MORE(">"),
    EQUAL("="),
    /** A part of a text. */
    CONTAINS(":");

    private final String text;

    Sign(String text) {
      this.text = text;
    }

    String text() {
      return text;
    }

    /** The first sign in a term, unless it is quoted; null when there is none. */
    static @Nullable Sign in(String term) {
      for (int at = 0; at < term.length() && term.charAt(at) != '"'; at++) {
        for (Sign sign : values()) {
          if (term.startsWith(sign.text, at)) {
            return sign;
          }
        }
      }
      return null;
    }
  }

  /** A comparison; null when the sign needs a number and the value is none. */
  static @Nullable Comparison of(RunColumn column, Sign sign, String value) {
    String text = value.toLowerCase(Locale.ROOT);
    double number = text.matches(NUMBER) ? Double.parseDouble(text) : Double.NaN;
    boolean ordered =
        switch (sign) {
          case AT_MOST, AT_LEAST, LESS, MORE -> true;
          default -> false;
        };
    return ordered && Double.isNaN(number) ? null : new Comparison(column, sign, text, number);
  }

  @Override
  public boolean test(RunView run) {
    Object value = column.value(run);
    if (value == null) {
      return false;
    }
    double own = value instanceof Number n ? n.doubleValue() : Double.NaN;
    return switch (sign) {
      case LESS -> own < number;
      case AT_MOST -> own <= number;
      case MORE -> own > number;
      case AT_LEAST -> own >= number;
      case EQUAL -> equal(value, own);
      case UNEQUAL -> !equal(value, own);
      case CONTAINS -> equal(value, own) || lower(value).contains(text) && Double.isNaN(own);
    };
  }

  private boolean equal(Object value, double own) {
    return own == number || Double.isNaN(own) && lower(value).equals(text);
  }

  private static String lower(Object value) {
    return value.toString().toLowerCase(Locale.ROOT);
  }
}
