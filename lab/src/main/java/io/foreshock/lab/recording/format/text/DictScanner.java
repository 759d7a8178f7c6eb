// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording.format.text;

import static io.foreshock.lab.recording.format.text.NumberScanner.charAt;

import org.jspecify.annotations.Nullable;

/**
 * Reads a Python dict or a JSON object that stands in a line.
 *
 * <p><b>Definition.</b> Keys and texts stand in quotes of either kind; numbers may be texts, and
 * may be wrapped, such as {@code tensor(1.5, device='cuda:0')}. Keys of inner dicts are joined by
 * {@code /}. Of a list the first number is used if it is the only element.
 *
 * <p><b>Threads.</b> Not safe. <b>Cost.</b> One pass.
 */
final class DictScanner {
  private static final int DEEPEST = 6;

  private final NameReader names;
  private final NumberScanner number = new NumberScanner();
  private String line = "";
  private TextRecord record;
  private int at;

  DictScanner(NameReader names) {
    this.names = names;
    this.record = new TextRecord(names);
  }

  /**
   * Adds the numbers of the dict that begins there.
   *
   * @return where the text after it begins; -1 when it is no dict, and nothing was added
   */
  int read(String text, int from, TextRecord into) {
    line = text;
    record = into;
    at = from;
    int before = into.entries().size();
    if (!dict("", 0)) {
      into.cut(before);
      return -1;
    }
    into.setDict();
    return at;
  }

  private boolean dict(String prefix, int depth) {
    at++;
    if (depth > DEEPEST) {
      return false;
    }
    boolean more = true;
    while (next() != '}') {
      String key = more ? quoted(next()) : null;
      if (key == null || next() != ':') {
        return false;
      }
      at++;
      if (!value(prefix + key, depth)) {
        return false;
      }
      more = next() == ',';
      at += more ? 1 : 0;
    }
    at++;
    return true;
  }

  private boolean value(String key, int depth) {
    char c = next();
    if (c == '{') {
      return dict(key + "/", depth + 1);
    }
    if (c == '[' || c == '(') {
      return list(key);
    }
    String text = quoted(c);
    if (text != null) {
      if (number.readAll(text)) {
        record.add(names.key(key), number.value(), number.total());
      } else {
        record.addText(key, text);
      }
      return true;
    }
    if (number.read(line, at)) {
      record.add(names.key(key), number.value(), number.total());
      at = number.end();
      return true;
    }
    return word(key);
  }

  /** Reads a word such as {@code None}, or a call around a number. */
  private boolean word(String key) {
    int from = at;
    while (Character.isLetterOrDigit(charAt(line, at))
        || charAt(line, at) == '.'
        || charAt(line, at) == '_') {
      at++;
    }
    if (at == from) {
      return false;
    }
    return next() != '(' || list(key);
  }

  /** Reads a list or a call, of which the number is used if it is the first and only one. */
  private boolean list(String key) {
    int first = at + 1;
    boolean wrapped = charAt(line, at) == '(';
    int depth = 0;
    boolean several = false;
    while (at < line.length()) {
      char c = line.charAt(at);
      if (c == '\'' || c == '"') {
        if (quoted(c) == null) {
          return false;
        }
        continue;
      }
      depth += c == '[' || c == '(' || c == '{' ? 1 : 0;
      depth -= c == ']' || c == ')' || c == '}' ? 1 : 0;
      several |= c == ',' && !wrapped;
      at++;
      if (depth == 0) {
        addFirst(key, several ? at : first);
        return true;
      }
    }
    return false;
  }

  private void addFirst(String key, int from) {
    int i = from;
    while ("[ '\"".indexOf(charAt(line, i)) >= 0) {
      i++;
    }
    if (i < at && number.read(line, i)) {
      record.add(names.key(key), number.value(), number.total());
    }
  }

  /** Reads a text in quotes; null when none begins here or it does not end. */
  private @Nullable String quoted(char quote) {
    if (quote != '\'' && quote != '"') {
      return null;
    }
    int from = at + 1;
    int i = from;
    while (i < line.length() && line.charAt(i) != quote) {
      i += line.charAt(i) == '\\' ? 2 : 1;
    }
    if (i >= line.length()) {
      return null;
    }
    at = i + 1;
    return line.substring(from, i);
  }

  /** The next character that is no blank; the position goes there. */
  private char next() {
    while (charAt(line, at) == ' ' || charAt(line, at) == '\t') {
      at++;
    }
    return charAt(line, at);
  }
}
