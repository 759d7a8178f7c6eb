// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording.format.text;

/**
 * Reads one number as programs print numbers.
 *
 * <p><b>Definition.</b> A decimal number with or without an exponent, with thousands separators
 * ({@code 22,429}) and a unit directly behind it ({@code 227.62ms}, {@code 20.1%}); or a word for
 * NaN and infinity in any spelling. {@code k}, {@code M}, {@code B} and {@code T} multiply. Two
 * whole numbers with a slash between them ({@code 100/ 1000}) are a count and its total.
 *
 * <p><b>Edges.</b> What goes on like a word, such as {@code 3d_loss}, {@code 2.1.0} or {@code
 * 10-20}, is no number.
 *
 * <p><b>Threads.</b> Not safe: the last number is kept here. <b>Cost.</b> One pass.
 */
final class NumberScanner {
  private static final int LONGEST_UNIT = 12;
  private static final int LONGEST_NUMBER = 400;

  private double value;
  private double total;
  private boolean percent;
  private boolean whole;
  private boolean spelled;
  private boolean count;
  private int end;

  /** The number that was read last. */
  double value() {
    return value;
  }

  /** Total of the count that was read last; NaN when there was none. */
  double total() {
    return total;
  }

  /** Whether the number was a word, such as {@code nan}. */
  boolean spelled() {
    return spelled;
  }

  /** Whether a percent sign followed. */
  boolean percent() {
    return percent;
  }

  /** Whether the number counts something: it has no unit but for thousands and the like. */
  boolean isCount() {
    return count;
  }

  /** Where the text after the number and its unit begins. */
  int end() {
    return end;
  }

  /** Reads the number that begins there; returns whether there is one. */
  boolean read(String text, int at) {
    total = Double.NaN;
    percent = false;
    spelled = false;
    count = false;
    boolean signed = at < text.length() && (text.charAt(at) == '-' || text.charAt(at) == '+');
    int from = signed ? at + 1 : at;
    double sign = signed && text.charAt(at) == '-' ? -1 : 1;
    if (from == text.length()) {
      return false;
    }
    char first = text.charAt(from);
    if (Character.isLetter(first)) {
      return word(text, from, sign);
    }
    return (isDigit(first) || first == '.' && isDigit(charAt(text, from + 1)))
        && decimal(text, from, sign)
        && unit(text)
        && fraction(text);
  }

  /** Reads a text that is a number and nothing else; returns whether it is one. */
  boolean readAll(String text) {
    String stripped = text.strip();
    return !stripped.isEmpty() && read(stripped, 0) && end == stripped.length();
  }

  private boolean word(String text, int from, double sign) {
    int to = from;
    while (to < text.length() && Character.isLetter(text.charAt(to))) {
      to++;
    }
    if (isWordPart(charAt(text, to))) {
      return false;
    }
    if (is(text, from, to, "nan")) {
      value = Double.NaN;
    } else if (is(text, from, to, "inf") || is(text, from, to, "infinity")) {
      value = sign * Double.POSITIVE_INFINITY;
    } else {
      return false;
    }
    whole = false;
    spelled = true;
    end = to;
    return true;
  }

  private boolean decimal(String text, int from, double sign) {
    int i = digits(text, from);
    boolean grouped = false;
    while (i - from <= (grouped ? LONGEST_NUMBER : 3)
        && isGroup(text, i)
        && text.charAt(from) != '0') {
      grouped = true;
      i += 4;
    }
    whole = true;
    if (charAt(text, i) == '.' && charAt(text, i + 1) == '#') {
      return microsoft(text, i + 2, sign);
    }
    if (charAt(text, i) == '.' && !Character.isLetter(charAt(text, i + 1))) {
      whole = false;
      i = digits(text, i + 1);
    }
    int exponent = exponentEnd(text, i);
    if (exponent > i) {
      whole = false;
      i = exponent;
    }
    if (i - from > LONGEST_NUMBER) {
      return false;
    }
    String number = text.substring(from, i);
    value = sign * Double.parseDouble(grouped ? number.replace(",", "") : number);
    end = i;
    return true;
  }

  /** Reads what the C library of Windows prints behind {@code 1.#}. */
  private boolean microsoft(String text, int from, double sign) {
    int to = from;
    while (Character.isLetter(charAt(text, to))) {
      to++;
    }
    boolean infinite = is(text, from, to, "inf");
    value = infinite ? sign * Double.POSITIVE_INFINITY : Double.NaN;
    whole = false;
    end = digits(text, to);
    return infinite
        || is(text, from, to, "qnan")
        || is(text, from, to, "snan")
        || is(text, from, to, "ind");
  }

  private boolean unit(String text) {
    int from = end;
    int i = from;
    while (i - from <= LONGEST_UNIT && isUnitPart(text, i)) {
      i++;
    }
    if (i - from > LONGEST_UNIT || isWordPart(charAt(text, i))) {
      return false;
    }
    double factor = i - from == 1 ? factor(text.charAt(from)) : 1;
    percent = i - from == 1 && text.charAt(from) == '%';
    value *= factor;
    count = i == from || factor != 1;
    whole &= i == from;
    end = i;
    return !goesOn(text, i);
  }

  private static double factor(char unit) {
    return switch (unit) {
      case 'k', 'K' -> 1e3;
      case 'M' -> 1e6;
      case 'B' -> 1e9;
      case 'T' -> 1e12;
      default -> 1;
    };
  }

  /** Whether what follows makes the number the beginning of something else. */
  private static boolean goesOn(String text, int at) {
    char next = charAt(text, at);
    char after = charAt(text, at + 1);
    return switch (next) {
      case '.', '-', ':', '\\' -> isWordPart(after);
      case '@', '#' -> true;
      default -> false;
    };
  }

  private boolean fraction(String text) {
    int i = skipBlanks(text, end);
    if (!whole || charAt(text, i) != '/') {
      return true;
    }
    int from = skipBlanks(text, i + 1);
    int to = digits(text, from);
    if (to == from || to - from > 18) {
      return true;
    }
    if (charAt(text, to) == '/' || isWordPart(charAt(text, to))) {
      return false; // a date or a path
    }
    total = Long.parseLong(text.substring(from, to));
    end = to;
    return true;
  }

  private static int skipBlanks(String text, int from) {
    int i = from;
    while (charAt(text, i) == ' ') {
      i++;
    }
    return i;
  }

  private static int exponentEnd(String text, int at) {
    char e = charAt(text, at);
    if (e != 'e' && e != 'E') {
      return at;
    }
    char sign = charAt(text, at + 1);
    int from = sign == '-' || sign == '+' ? at + 2 : at + 1;
    int to = digits(text, from);
    return to == from ? at : to;
  }

  private static boolean isGroup(String text, int at) {
    return charAt(text, at) == ','
        && isDigit(charAt(text, at + 1))
        && isDigit(charAt(text, at + 2))
        && isDigit(charAt(text, at + 3))
        && !isDigit(charAt(text, at + 4));
  }

  private static int digits(String text, int from) {
    int i = from;
    while (isDigit(charAt(text, i))) {
      i++;
    }
    return i;
  }

  private static boolean isUnitPart(String text, int at) {
    char c = charAt(text, at);
    return Character.isLetter(c)
        || c == '%'
        || c == '/' && Character.isLetter(charAt(text, at + 1));
  }

  private static boolean is(String text, int from, int to, String word) {
    return to - from == word.length() && text.regionMatches(true, from, word, 0, word.length());
  }

  private static boolean isWordPart(char c) {
    return c == '_' || Character.isLetterOrDigit(c);
  }

  static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  /** The character there; NUL, which no line has, behind the end. */
  static char charAt(String text, int at) {
    return at < text.length() ? text.charAt(at) : '\0';
  }
}
