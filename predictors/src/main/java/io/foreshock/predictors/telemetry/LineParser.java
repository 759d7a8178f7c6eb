// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.telemetry;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Parses InfluxDB line protocol, one line at a time, from bytes.
 *
 * <pre>measurement[,tag=value]… field=value[,field=value]… [timestamp]</pre>
 *
 * <p><b>Edges.</b> Escapes are {@code \,} {@code \=} {@code \ } in names and {@code \"} {@code \\}
 * in text; a quoted text may contain line breaks. Commas, equals signs and spaces of tags and field
 * keys must be escaped, and no tag may occur twice, as in InfluxDB. {@code NaN} and {@code ±Inf}
 * are read as non-finite floats. The protocol does not have them, but clients write them, and
 * Foreshock must see them. Numbers are read strictly, and exactly as {@link Double#parseDouble}
 * reads them.
 *
 * <p><b>Threads.</b> Not safe: one parser per thread. <b>Cost.</b> One pass; no allocation for
 * names seen before and numbers of usual length.
 */
public final class LineParser {
  private static final int MANY_TAGS = 16;
  private static final long MEASUREMENT_STOPS = stops(", \n");
  private static final long NAME_STOPS = stops(",= \n");

  private final Names names;
  private byte[] bytes = {};
  private int limit;
  private int position;
  private boolean marked;

  /** A parser that marks no field. */
  public LineParser() {
    this(name -> false);
  }

  /** A parser that marks fields by their names, which are tested once and remembered. */
  LineParser(Predicate<String> isMarked) {
    names = new Names(isMarked);
  }

  /** Whether a field of the last line was a text, or was marked by its name. */
  boolean marked() {
    return marked;
  }

  /**
   * Parses the line that starts at {@code from}.
   *
   * @return where the next line starts
   * @throws MalformedLineException when the line breaks the grammar; {@code point} is then
   *     undefined
   */
  public int parse(byte[] bytes, int from, int to, Point point) throws MalformedLineException {
    this.bytes = bytes;
    this.limit = to;
    this.position = from;
    this.marked = false;
    point.begin(name(MEASUREMENT_STOPS, "measurement", null));
    while (at(',')) {
      tag(point);
    }
    if (point.tagCount() > 1) {
      refuseTwins(point);
    }
    expect(' ', "before the fields", null);
    skipSpaces();
    field(point);
    while (at(',')) {
      position++;
      field(point);
    }
    skipSpaces();
    if (!atLineEnd()) {
      point.setTimestamp(timestamp());
      skipSpaces();
    }
    if (!atLineEnd()) {
      throw malformed("text after the timestamp");
    }
    return afterLineEnd();
  }

  private void tag(Point point) throws MalformedLineException {
    position++;
    String key = name(NAME_STOPS, "tag key", null);
    expect('=', "after tag key", key);
    String value = name(NAME_STOPS, "value of tag", key);
    if (at('=')) {
      throw unescapedEquals(key);
    }
    point.addTag(key, value);
  }

  private static MalformedLineException unescapedEquals(String key) {
    return malformed(
        "the value of tag " + quote(key) + " holds '=': within a name it is written '\\='");
  }

  private static void refuseTwins(Point point) throws MalformedLineException {
    int count = point.tagCount();
    if (count > MANY_TAGS) {
      refuseTwinsOfMany(point);
      return;
    }
    for (int i = 1; i < count; i++) {
      String key = point.tagKey(i);
      for (int j = 0; j < i; j++) {
        if (key.equals(point.tagKey(j))) {
          throw twins(key);
        }
      }
    }
  }

  /**
   * Uses a set, because comparing each tag with each would take hours on a line that fills a
   * request.
   */
  private static void refuseTwinsOfMany(Point point) throws MalformedLineException {
    Set<String> keys = new HashSet<>();
    for (int i = 0; i < point.tagCount(); i++) {
      if (!keys.add(point.tagKey(i))) {
        throw twins(point.tagKey(i));
      }
    }
  }

  private static MalformedLineException twins(String key) {
    return malformed("tag " + quote(key) + " occurs twice");
  }

  private void field(Point point) throws MalformedLineException {
    String key = name(NAME_STOPS, "field key", null);
    marked |= names.marked();
    expect('=', "after field key", key);
    if (at('"')) {
      marked = true;
      point.addText(key, text(key));
      if (!atLineEnd() && !isDelimiter(bytes[position])) {
        throw malformed("field '" + key + "': expected ',' or ' ' after the closing quote");
      }
      return;
    }
    int start = position;
    while (position < limit && !isDelimiter(bytes[position])) {
      position++;
    }
    int end = position;
    if (end == start) {
      throw malformed("field '" + key + "' has no value");
    }
    value(point, key, start, end);
  }

  private void value(Point point, String key, int start, int end) throws MalformedLineException {
    byte last = bytes[end - 1];
    byte first = bytes[start];
    if (last == 'i') {
      point.addInteger(key, integer(key, start, end - 1));
    } else if (last == 'u') {
      unsigned(point, key, start, end - 1);
    } else if (first == 't' || first == 'T' || ((first == 'f' || first == 'F'))) {
      point.addBoolean(key, bool(key, start, end));
    } else {
      point.addFloat(key, number(key, start, end));
    }
  }

  private double number(String key, int start, int end) throws MalformedLineException {
    double value = FastDouble.parse(bytes, start, end);
    if (!Double.isNaN(value)) {
      return value;
    }
    String text = slice(start, end);
    boolean negative = text.startsWith("-");
    String word = negative || text.startsWith("+") ? text.substring(1) : text;
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "nan" -> Double.NaN;
      case "inf", "infinity" -> negative ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
      default -> throw malformed("field '" + key + "' = " + quote(text) + ": expected a number");
    };
  }

  private boolean bool(String key, int start, int end) throws MalformedLineException {
    String text = slice(start, end);
    return switch (text) {
      case "t", "T", "true", "True", "TRUE" -> true;
      case "f", "F", "false", "False", "FALSE" -> false;
      default ->
          throw malformed(
              "field '" + key + "' = " + quote(text) + ": expected a number or boolean");
    };
  }

  private long integer(String key, int start, int end) throws MalformedLineException {
    boolean negative = bytes[start] == '-' && end > start;
    int from = negative ? start + 1 : start;
    long value = shortInteger(from, end);
    if (value >= 0) {
      return negative ? -value : value;
    }
    try {
      return Long.parseLong(digits(from, end) ? slice(start, end) : "");
    } catch (NumberFormatException e) {
      throw notAn("integer", key, start, end);
    }
  }

  /** Adds an unsigned integer; one that is too large for a {@code long} becomes a float. */
  private void unsigned(Point point, String key, int start, int end) throws MalformedLineException {
    long value = shortInteger(start, end);
    if (value < 0) {
      try {
        value = Long.parseUnsignedLong(digits(start, end) ? slice(start, end) : "");
      } catch (NumberFormatException e) {
        throw notAn("unsigned integer", key, start, end);
      }
    }
    if (value >= 0) {
      point.addInteger(key, value);
    } else {
      point.addFloat(key, Double.parseDouble(slice(start, end)));
    }
  }

  /** Returns an integer of 18 digits at most; -1 when the text is something else. */
  private long shortInteger(int from, int to) {
    if (from == to || to - from > 18) {
      return -1;
    }
    long value = 0;
    for (int i = from; i < to; i++) {
      int digit = bytes[i] - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = value * 10 + digit;
    }
    return value;
  }

  /**
   * Whether all are ASCII digits; Java would also accept a plus sign and digits of other scripts.
   */
  private boolean digits(int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] < '0' || bytes[i] > '9') {
        return false;
      }
    }
    return true;
  }

  /** Reports a bad integer; {@code end} is the end of the digits, before the letter of the type. */
  private MalformedLineException notAn(String type, String key, int start, int end) {
    return malformed(
        "field '" + key + "' = " + quote(slice(start, end + 1)) + ": not a 64-bit " + type);
  }

  private long timestamp() throws MalformedLineException {
    int start = position;
    boolean negative = at('-');
    if (negative) {
      position++;
    }
    int digits = position;
    long value = 0;
    while (position < limit && bytes[position] >= '0' && bytes[position] <= '9') {
      value = value * 10 + (bytes[position++] - '0');
    }
    int count = position - digits;
    boolean ended = atLineEnd() || bytes[position] == ' ';
    // 19 digits overflow into the sign bit at most, never past it
    if (!ended || count == 0 || count > 19 || value < 0) {
      while (position < limit && bytes[position] != ' ' && !atLineEnd()) {
        position++;
      }
      throw malformed("timestamp = " + quote(slice(start, position)) + ": expected an integer");
    }
    return negative ? -value : value;
  }

  private String text(String key) throws MalformedLineException {
    int start = ++position;
    boolean hasEscape = false;
    while (position < limit && bytes[position] != '"') {
      if (bytes[position] == '\\' && position + 1 < limit) {
        hasEscape = true;
        position++;
      }
      position++;
    }
    if (position >= limit) {
      position = limit;
      throw malformed("field '" + key + "': text without closing quote");
    }
    String text = new String(bytes, start, position - start, StandardCharsets.UTF_8);
    position++;
    return hasEscape ? text.replace("\\\"", "\"").replace("\\\\", "\\") : text;
  }

  /** Reads a name up to one of the unescaped stops, or the end of the line. */
  private String name(long stops, String what, @Nullable String of) throws MalformedLineException {
    int start = position;
    int i = start;
    int hash = Names.SEED;
    boolean escaped = false;
    for (; i < limit; i++) {
      byte b = bytes[i];
      // no stop is greater than '=': one comparison decides letters, the bit set decides the others
      if (b <= '=' && (stops >>> b & 1) != 0 && b > 0) {
        break;
      }
      if (b == '\\' && i + 1 < limit && isEscapable(bytes[i + 1])) {
        escaped = true;
        i++;
      }
      hash = Names.hash(hash, b);
    }
    position = i;
    if (i == start) {
      throw malformed("the " + what + named(of) + " is empty");
    }
    return escaped ? names.check(unescape(start, i)) : names.get(bytes, start, i, hash);
  }

  /** Returns the characters as a bit set. */
  private static long stops(String characters) {
    return characters.chars().mapToLong(c -> 1L << c).reduce(0, (a, b) -> a | b);
  }

  private String unescape(int start, int end) {
    byte[] plain = new byte[end - start];
    int length = 0;
    for (int i = start; i < end; i++) {
      if (bytes[i] == '\\' && i + 1 < end && isEscapable(bytes[i + 1])) {
        i++;
      }
      plain[length++] = bytes[i];
    }
    return new String(plain, 0, length, StandardCharsets.UTF_8);
  }

  static boolean isEscapable(byte b) {
    return b == ',' || b == '=' || b == ' ';
  }

  private static boolean isDelimiter(byte b) {
    // all delimiters are small: one comparison decides digits, points and letters
    return b <= ',' && (b == ',' || b == ' ' || b == '\n' || b == '\r');
  }

  private boolean at(char c) {
    return position < limit && bytes[position] == c;
  }

  private boolean atLineEnd() {
    return position >= limit
        || bytes[position] == '\n'
        || (bytes[position] == '\r' && (position + 1 >= limit || bytes[position + 1] == '\n'));
  }

  private int afterLineEnd() {
    while (position < limit && bytes[position] != '\n') {
      position++;
    }
    return Math.min(position + 1, limit);
  }

  private void skipSpaces() {
    while (at(' ')) {
      position++;
    }
  }

  private void expect(char c, String where, @Nullable String name) throws MalformedLineException {
    if (!at(c)) {
      throw missing(c, where, name);
    }
    position++;
  }

  private MalformedLineException missing(char c, String where, @Nullable String name) {
    String comma = c == '=' && at(',') ? ": within a name a comma is written '\\,'" : "";
    return malformed("expected '" + c + "' " + where + named(name) + comma);
  }

  /** Quotes a name for a message; called only for bad lines. */
  private static String named(@Nullable String name) {
    return name == null ? "" : " " + quote(name);
  }

  private String slice(int start, int end) {
    return new String(bytes, start, end - start, StandardCharsets.UTF_8);
  }

  private static String quote(String text) {
    return "'" + (text.length() > 40 ? text.substring(0, 40) + "…" : text) + "'";
  }

  private static MalformedLineException malformed(String message) {
    return new MalformedLineException(message);
  }
}
