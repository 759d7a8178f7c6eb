// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.telemetry;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Line protocol once more, written from the grammar as regular expressions: slow, and sharing
 * nothing with {@link LineReader} and {@link LineParser}. What both say must be the same.
 */
final class ReferenceLines {
  private static final String ESCAPED = "\\\\[,= ]";
  private static final String MEASUREMENT = "((?>" + ESCAPED + "|[^, \n])++)";
  private static final String NAME = "((?>" + ESCAPED + "|[^,= \n])++)";
  private static final String TEXT = "\"(?>\\\\.|[^\"\\\\])*+\"";
  private static final String VALUE = "(" + TEXT + "|[^, \r\n\"][^, \r\n]*+)";
  private static final Pattern TAG = Pattern.compile("," + NAME + "=" + NAME);
  private static final Pattern FIELD = Pattern.compile(NAME + "=" + VALUE + "(,?)", Pattern.DOTALL);
  private static final Pattern HEAD = Pattern.compile(MEASUREMENT);
  private static final Pattern TAIL = Pattern.compile(" *(-?[0-9]{1,19})? *\r?");
  private static final Pattern SKIPPED = Pattern.compile("(?>[ \t\r\n]++|#[^\n]*+\n?)*+");

  /** A closed text is one piece; a quote that nothing closes is a character like others. */
  private static final Pattern LINE =
      Pattern.compile(
          "(?>" + ESCAPED + "|[^ \n])*+(?> (?>" + ESCAPED + "|=" + TEXT + "|[^\n])*+)?+(?>\n|$)",
          Pattern.DOTALL);

  private static final Pattern FLOAT =
      Pattern.compile("[-+]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][-+]?[0-9]+)?");

  private ReferenceLines() {}

  /**
   * Every line: what it says, or {@code number: bad}.
   *
   * @param refused which good lines their receiver finds bad
   */
  static List<String> read(byte[] input, Predicate<String> refused) {
    String text = new String(input, StandardCharsets.ISO_8859_1);
    List<String> lines = new ArrayList<>();
    int at = text.startsWith("\u00ef\u00bb\u00bf") ? 3 : 0;
    while (true) {
      at = end(SKIPPED, text, at);
      if (at == text.length()) {
        return lines;
      }
      int end = end(LINE, text, at);
      String line = text.substring(at, end);
      String good = good(line.endsWith("\n") ? line.substring(0, line.length() - 1) : line);
      boolean bad = good == null || refused.test(good);
      lines.add(bad ? number(input, at) + ": bad" : good);
      at = end;
    }
  }

  /** Number of the line that a byte is in, from 1. */
  static long number(byte[] input, int at) {
    String before = new String(input, 0, at, StandardCharsets.ISO_8859_1);
    return 1 + before.chars().filter(c -> c == '\n').count();
  }

  private static int end(Pattern pattern, String text, int at) {
    Matcher matcher = pattern.matcher(text).region(at, text.length());
    return matcher.lookingAt() ? matcher.end() : at;
  }

  /** What a well-formed line says; null for any other. */
  private static String good(String line) {
    int at = end(HEAD, line, 0);
    String measurement = plain(line.substring(0, at));
    Map<String, String> tags = new LinkedHashMap<>();
    Matcher tag = TAG.matcher(line);
    while (tag.region(at, line.length()).lookingAt()) {
      if (tags.put(plain(tag.group(1)), plain(tag.group(2))) != null) {
        return null;
      }
      at = tag.end();
    }
    int spaces = at;
    while (at < line.length() && line.charAt(at) == ' ') {
      at++;
    }
    List<String> fields = new ArrayList<>();
    Matcher field = FIELD.matcher(line);
    boolean more = at > spaces && !measurement.isEmpty();
    while (more) {
      if (!field.region(at, line.length()).lookingAt()) {
        return null;
      }
      String value = value(field.group(2));
      if (value == null) {
        return null;
      }
      fields.add(plain(field.group(1)) + "=" + value);
      at = field.end();
      more = !field.group(3).isEmpty();
    }
    Matcher tail = TAIL.matcher(line).region(at, line.length());
    if (fields.isEmpty() || !tail.matches()) {
      return null;
    }
    boolean closed = at < line.length() && line.charAt(at) != ' ' && line.charAt(at) != '\r';
    String time = tail.group(1);
    if (closed || (time != null && new BigInteger(time).abs().bitLength() > 63)) {
      return null;
    }
    Long timestamp = time == null ? null : Long.valueOf(time);
    return measurement + " " + tags + " " + fields + " " + timestamp;
  }

  private static String plain(String name) {
    return utf8(name.replaceAll("\\\\([,= ])", "$1"));
  }

  private static String utf8(String latin) {
    return new String(latin.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  private static String value(String text) {
    if (text.startsWith("\"")) {
      String inner = text.substring(1, text.length() - 1);
      return "text " + utf8(inner.replaceAll("\\\\([\"\\\\])", "$1"));
    }
    if (text.matches("-?[0-9]+i")) {
      BigInteger value = new BigInteger(text.substring(0, text.length() - 1));
      return value.bitLength() > 63 ? null : "integer " + value;
    }
    if (text.matches("[0-9]+u")) {
      BigInteger value = new BigInteger(text.substring(0, text.length() - 1));
      if (value.bitLength() > 64) {
        return null;
      }
      return value.bitLength() > 63 ? "float " + value.doubleValue() : "integer " + value;
    }
    if (Set.of("t", "T", "true", "True", "TRUE").contains(text)) {
      return "boolean true";
    }
    if (Set.of("f", "F", "false", "False", "FALSE").contains(text)) {
      return "boolean false";
    }
    if (FLOAT.matcher(text).matches()) {
      return "float " + Double.parseDouble(text);
    }
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "nan", "+nan", "-nan" -> "float NaN";
      case "inf", "+inf", "infinity", "+infinity" -> "float Infinity";
      case "-inf", "-infinity" -> "float -Infinity";
      default -> null;
    };
  }

  /** The same of a point. */
  static String of(Point point) {
    Map<String, String> tags = new LinkedHashMap<>();
    for (int i = 0; i < point.tagCount(); i++) {
      tags.put(point.tagKey(i), point.tagValue(i));
    }
    List<String> fields = new ArrayList<>();
    for (int i = 0; i < point.fieldCount(); i++) {
      fields.add(
          point.fieldKey(i)
              + "="
              + switch (point.fieldType(i)) {
                case TEXT -> "text " + point.text(i);
                case INTEGER -> "integer " + point.integer(i);
                case BOOLEAN -> "boolean " + (point.integer(i) != 0);
                case FLOAT -> "float " + point.number(i);
              });
    }
    Long timestamp = point.hasTime() ? point.timestamp() : null;
    return point.measurement() + " " + tags + " " + fields + " " + timestamp;
  }
}
